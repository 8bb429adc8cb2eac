import type { Command } from 'commander'
import type { Registry } from 'prom-client'
import {
  type ProducerProgress,
  registerProducerMetrics,
} from '../../observability/metrics/producer-metrics.ts'
import { GAME_TOPIC, produceGame } from '../../producers/game-producer.ts'
import type { Outcome, Progress } from '../../producers/produce.ts'
import { produceTransactions, TRANSACTION_TOPIC } from '../../producers/transaction-producer.ts'
import { duration, instant, positiveInteger, share } from '../options/arguments.ts'
import { group } from '../options/group.ts'
import { addLogOption } from '../options/log-option.ts'
import { addMetricsOptions, METRICS_HELP, type MetricsOptions } from '../options/metrics-options.ts'
import { profileOf } from '../options/profile-option.ts'
import { type ServedMetrics, whileServingMetrics } from '../options/serve-metrics.ts'
import {
  addTrafficOptions,
  repeatableStart,
  type TrafficOptions,
  trafficPlan,
} from '../options/traffic-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayError, warn } from '../terminal/log.ts'
import { grouped, print, printJson } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { ProgressLine } from './progress-line.ts'

interface CommonOptions extends TrafficOptions, MetricsOptions {
  duration?: number
  json?: true
}

interface GameOptions extends CommonOptions {
  players: number
}

interface TransactionOptions extends CommonOptions {
  duplicates: number
  lateDuplicates: number
  malformed: number
}

export function produceCommand(program: Command): void {
  const produce = group(program, 'produce', 'produce sample traffic')
  const game = common(
    produce
      .command('game')
      .description(`produce events of moving and fighting players to the topic ${GAME_TOPIC.name}`),
    '1000',
  )
    .option(
      '--start <time>',
      'the time of the first event, in ISO 8601 (default: now, or 2026-01-01 with --seed)',
      instant,
    )
    .option('--players <n>', 'the number of players', positiveInteger, 100)
    .addHelpText(
      'after',
      `\n${METRICS_HELP}\n\nExamples:\n  playstream produce game --rate 20000 --duration 1m\n  playstream produce game --count 1000 --seed 7 --json`,
    )
  addLogOption(game, 'game-producer').action((options: GameOptions) => runGame(game, options))
  const transactions = common(
    produce
      .command('transactions')
      .description(`produce purchases, refunds and their retries to the topic ${TRANSACTION_TOPIC.name}`),
    '500',
  )
    // The default is now even with a seed: the start sets the timestamps, and the topic's retention would delete old records.
    .option('--start <time>', 'the time of the first transaction, in ISO 8601 (default: now)', instant)
    .option(
      '--duplicates <share>',
      'the share of records that repeat a transaction at once, from 0 to 1',
      share,
      0.3,
    )
    .option(
      '--late-duplicates <share>',
      'the share that repeat a transaction minutes to hours later',
      share,
      0.05,
    )
    .option('--malformed <share>', 'the share that are not valid transactions', share, 0.01)
    .addHelpText(
      'after',
      `\n${METRICS_HELP}\n\nExamples:\n  playstream produce transactions --rate 2000 --duration 30s\n  playstream produce transactions --count 10000 --duplicates 0.5 --json`,
    )
  addLogOption(transactions, 'transaction-producer').action((options: TransactionOptions) =>
    runTransactions(transactions, options),
  )
}

function common(command: Command, defaultRate: string): Command {
  return addMetricsOptions(addTrafficOptions(command, 'records', defaultRate))
    .option('--duration <time>', 'stop after this time, such as 30s or 5m (default: at Ctrl-C)', duration)
    .option('--json', 'print the summary as JSON')
}

async function runGame(command: Command, options: GameOptions): Promise<void> {
  const profile = profileOf(command, 'game-producer')
  const line = new ProgressLine()
  const plan = planOf(options, repeatableStart(options))
  const progress = new ShownProgress(GAME_TOPIC.name, line)
  const outcome = await whileServingMetrics(command, options, progress, () =>
    produceGame(profile, { ...plan, players: options.players, progress: progress.update, warn }),
  ).finally(() => line.end())
  report(options, outcome, {
    topic: GAME_TOPIC.name,
    run: outcome.run,
    seed: plan.seed,
    start: new Date(plan.start).toISOString(),
    players: options.players,
    ...figures(outcome),
    byType: outcome.byType,
  })
}

async function runTransactions(command: Command, options: TransactionOptions): Promise<void> {
  checkShares(command, options)
  const profile = profileOf(command, 'transaction-producer')
  const line = new ProgressLine()
  const plan = planOf(options, Date.now())
  const progress = new ShownProgress(TRANSACTION_TOPIC.name, line)
  const outcome = await whileServingMetrics(command, options, progress, () =>
    produceTransactions(profile, {
      ...plan,
      duplicates: options.duplicates,
      lateDuplicates: options.lateDuplicates,
      malformed: options.malformed,
      progress: progress.update,
      warn,
    }),
  ).finally(() => line.end())
  const { unique, duplicate, lateDuplicate, malformed } = outcome.byKind
  report(options, outcome, {
    topic: TRANSACTION_TOPIC.name,
    run: outcome.run,
    seed: plan.seed,
    start: new Date(plan.start).toISOString(),
    ...figures(outcome),
    unique,
    duplicates: duplicate + lateDuplicate,
    immediateDuplicates: duplicate,
    lateDuplicates: lateDuplicate,
    malformed,
  })
}

/** The progress of a producer, for the terminal and for its metrics. */
class ShownProgress implements ServedMetrics {
  readonly #topic: string
  readonly #line: ProgressLine
  #latest: ProducerProgress | undefined

  constructor(topic: string, line: ProgressLine) {
    this.#topic = topic
    this.#line = line
  }

  readonly update = (progress: Progress): void => {
    this.#latest = progress
    this.#line.update(progress)
  }

  readonly register = (registry: Registry): void =>
    registerProducerMetrics(registry, () => ({ [this.#topic]: this.#latest }))

  readonly notReady = (): string | undefined =>
    this.#latest && this.#latest.acknowledged > 0 ? undefined : 'no record is acknowledged yet'
}

function checkShares(command: Command, { duplicates, lateDuplicates, malformed }: TransactionOptions): void {
  // Rounded, because floating-point sums are inexact: 0.7 + 0.2 + 0.1 is below 1.
  const unique = Number((1 - duplicates - lateDuplicates - malformed).toFixed(9))
  if (unique <= 0) {
    command.error(
      '--duplicates, --late-duplicates and --malformed must add up to less than 1: the rest are new transactions',
    )
  }
  if (lateDuplicates > unique) {
    const most = Number(((1 - duplicates - malformed) / 2).toFixed(9))
    command.error(
      `--late-duplicates must be at most ${most} with these --duplicates and --malformed: a transaction is repeated late only once`,
    )
  }
}

function planOf(options: CommonOptions, defaultStart: number) {
  return { ...trafficPlan(options, options.duration, defaultStart), signal: shutdownSignal(say) }
}

function figures(outcome: Outcome) {
  return {
    sent: outcome.sent,
    acknowledged: outcome.acknowledged,
    errors: outcome.failures,
    seconds: Math.round(outcome.seconds * 1000) / 1000,
    rate: Math.round(outcome.acknowledged / outcome.seconds),
  }
}

function report(options: CommonOptions, outcome: Outcome, summary: Readonly<Record<string, unknown>>): void {
  if (options.json) printJson(summary)
  else for (const [name, value] of Object.entries(summary)) print(`${name.padEnd(20)} ${text(value)}`)
  if (!outcome.error) return
  const uncertain = outcome.sent - outcome.acknowledged
  sayError(
    `playstream: ${outcome.error.message}; ${grouped(uncertain)} records may or may not have been written`,
  )
  process.exitCode = EXIT.failed
}

function text(value: unknown): string {
  if (typeof value === 'number') return grouped(value)
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, count]) => `${name} ${text(count)}`)
    .join(', ')
}
