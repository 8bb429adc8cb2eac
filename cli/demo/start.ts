import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { type Account, PROVISIONER } from '../../catalog/applications.ts'
import { type DemoOptions, runDemo } from '../../demo/demo.ts'
import type { Reconciliation } from '../../demo/reconciliation.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { startOrFind } from '../../local/control.ts'
import { LocalRuntimeError } from '../../local/errors.ts'
import { Home } from '../../local/home.ts'
import { DEFAULT_PORT_BASE } from '../../local/process/ports.ts'
import type { Runtime } from '../../local/runtime.ts'
import { type Dashboard, startDashboard } from '../../observability/dashboard/dashboard.ts'
import type { MetricsRegistry } from '../../observability/metrics/exposition.ts'
import { drawSeed } from '../../producers/random.ts'
import { apply } from '../../sql/apply/apply.ts'
import { ENGINES } from '../../sql/engines.ts'
import { duration, port, portBase, positiveInteger, rate, seed } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import { addLogOption } from '../options/log-option.ts'
import {
  addMetricsOptions,
  METRICS_HELP,
  type MetricsOptions,
  metricsAddressOf,
} from '../options/metrics-options.ts'
import { DASHBOARD_PORT } from '../options/page-options.ts'
import { profileNameOf, profileOf } from '../options/profile-option.ts'
import { metricsOfProcess, whileServing } from '../options/serve-metrics.ts'
import { withTarget } from '../sql/sql-target.ts'
import { stepLine } from '../sql/sql-view.ts'
import { EXIT } from '../terminal/exit.ts'
import { say } from '../terminal/log.ts'
import { grouped, print, printJson } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { LiveView } from './live-view.ts'

interface Options extends MetricsOptions {
  for?: number
  linger?: number
  players: number
  rate: number
  transactionRate: number
  logRate: number
  seed?: number
  portBase: number
  sql?: 'flink'
  json?: true
  dashboardPort?: number
  dashboard: boolean
}

export function startCommand(program: Command): void {
  const command = program
    .command('start')
    .description(
      'run the demo (npm start): the local runtime, traffic, all processors, and a final check that every record is accounted for',
    )
    .option('--for <time>', 'stop after this time, such as 30s or 5m (default: at Ctrl-C)', duration)
    .option(
      '--linger <time>',
      'how long the dashboard and the metrics stay after the final check (default: not at all)',
      duration,
    )
    .option('--players <n>', 'the number of players', positiveInteger, 100)
    .option('--rate <n>', "game events per second, or 'max'", rate, 5_000)
    .option('--transaction-rate <n>', "transactions per second, or 'max'", rate, 500)
    .option('--log-rate <n>', 'log lines per second, over all hosts', rate, 200)
    .option(
      '--seed <n>',
      'repeat a run: the same seed gives the same players and purchases (default: random)',
      seed,
    )
    .option(
      '--port-base <port>',
      'the first TCP port of the local runtime, unless it is already running',
      portBase,
      DEFAULT_PORT_BASE,
    )
    .option(
      '--sql <engine>',
      'de-duplicate with SQL on this engine (flink) instead of in Node',
      choice('flink'),
    )
    .option('--json', 'print the final check as one JSON object')
    .option(
      '--dashboard-port <port>',
      `the port of the dashboard (default: ${DASHBOARD_PORT}, or any free port if it is taken)`,
      port,
    )
    .option('--no-dashboard', 'start without the dashboard')
    .addHelpText(
      'after',
      `
The dashboard's address serves the /metrics of all parts; --metrics-port serves them on a port of
their own too.

${METRICS_HELP}

Examples:
  npm start
  npm start -- --for 30s --json
  npm start -- --for 30s --linger 10m
  npm start -- --sql flink
  playstream --profile cloud start --for 1m`,
    )
  addLogOption(addMetricsOptions(command), 'demo').action((options: Options) => start(command, options))
}

async function start(command: Command, options: Options): Promise<void> {
  let ofParts = (): string | undefined => 'the demo is starting'
  const notReady = () => ofParts()
  const metrics = metricsOfProcess(notReady)
  const onStarted = (other: typeof ofParts) => {
    ofParts = other
  }
  await whileServing(metricsAddressOf(command, options), { metrics, notReady }, () =>
    startWith(command, options, metrics, onStarted),
  )
}

async function startWith(
  command: Command,
  options: Options,
  metrics: MetricsRegistry,
  onStarted: (notReady: () => string | undefined) => void,
): Promise<void> {
  // While the view is shown, a line must not break into it.
  let view: LiveView | undefined
  const note = (line: string) => (view ? view.note(line) : say(line))
  const stop = shutdownSignal(note)
  const play = async (profileFor: (account: Account) => Profile) => {
    view = new LiveView(profileFor(PROVISIONER).bootstrapServers.join(','))
    try {
      const startSql = options.sql && (() => applySql(command, stop, note))
      const shown = view
      await runDemo(profileFor, {
        ...demoOptions(options, stop, note),
        view: (state) => shown.update(state),
        metrics: { registry: metrics.registry, onStarted },
        onReconciled: async (reconciliation) => {
          view?.end()
          view = undefined
          report(reconciliation, options)
          await sleep(options.linger ?? 0, undefined, { signal: stop }).catch(() => undefined)
        },
        ...(startSql ? { startSql } : {}),
        ...(options.dashboard && {
          startDashboard: (profile: Profile) => dashboardOn(profile, options.dashboardPort, metrics, note),
        }),
      })
    } finally {
      view?.end()
      view = undefined
    }
  }
  if (profileNameOf(command) !== 'local') {
    await play((account) => profileOf(command, account))
    return
  }
  const { own, profile } = await startOrFind(Home.default(), {
    portBase: options.portBase,
    flink: options.sql === 'flink',
    progress: note,
    signal: stop,
  })
  try {
    const playing = play(() => profile)
    await (own ? whileRunning(own, playing) : playing)
  } finally {
    await own?.stop()
  }
}

/** Starts the dashboard and says where. A taken port matters only to one who chose it. */
async function dashboardOn(
  profile: Profile,
  chosen: number | undefined,
  metrics: MetricsRegistry,
  note: (line: string) => void,
): Promise<Dashboard> {
  const options = { host: '127.0.0.1', warn: note, metrics }
  const dashboard = await startDashboard(profile, { ...options, port: chosen ?? DASHBOARD_PORT }).catch(
    (error: NodeJS.ErrnoException) => {
      if (chosen !== undefined || error.code !== 'EADDRINUSE') throw error
      return startDashboard(profile, { ...options, port: 0 })
    },
  )
  note(`dashboard  ${dashboard.url}`)
  await dashboard.following
  return dashboard
}

/** Applies the scripts to Flink. Queries that already run are not touched. */
async function applySql(command: Command, signal: AbortSignal, note: (line: string) => void): Promise<void> {
  const objects = ENGINES.flink.objects('sliding')
  note('applying the scripts to Flink ...')
  await withTarget(command, { engine: 'flink' }, (target) =>
    apply(objects, target, { replace: false, signal, onStep: (step) => note(stepLine(step)) }),
  )
}

/** The result of the work. @throws LocalRuntimeError when a service of the runtime ends first */
async function whileRunning<T>(runtime: Runtime, work: Promise<T>): Promise<T> {
  const crash = runtime.crashed.then((report) => {
    throw new LocalRuntimeError('SERVICE_ENDED', report)
  })
  work.catch(() => undefined)
  return await Promise.race([work, crash])
}

function demoOptions(
  options: Options,
  signal: AbortSignal,
  note: (line: string) => void,
): Omit<DemoOptions, 'view'> {
  return {
    players: options.players,
    gameRate: options.rate,
    transactionRate: options.transactionRate,
    logRate: options.logRate,
    durationMs: options.for ?? Number.POSITIVE_INFINITY,
    seed: options.seed ?? drawSeed(),
    signal,
    say: note,
  }
}

function report(reconciliation: Reconciliation, options: Options): void {
  if (!reconciliation.ok) process.exitCode = EXIT.failed
  if (options.json) {
    printJson(reconciliation)
    return
  }
  const { produced, consumed, dedup, logs, ssh } = reconciliation
  print(
    `produced   ${grouped(produced.gameEvents)} game events, ${grouped(produced.transactions)} transactions`,
  )
  print(
    `           ${grouped(produced.uniqueTransactions)} unique, ${grouped(produced.duplicateTransactions)} duplicates, ${grouped(produced.malformedTransactions)} malformed`,
  )
  print(
    `consumed   ${grouped(consumed.gameEvents)} game events of ${consumed.playersSeen} players, ${consumed.orderViolations} out of order`,
  )
  print(
    `dedup      ${grouped(dedup.passed)} passed, ${grouped(dedup.suppressed)} suppressed, ${grouped(dedup.deadLettered)} dead letters; ${dedup.missing} missing, ${dedup.leaked} leaked`,
  )
  print(`logs       ${grouped(logs.lines)} lines, ${grouped(logs.shipped)} shipped, ${logs.lost} lost`)
  print(
    `ssh        ${ssh.planted} attacks planted, ${ssh.detected} detected, ${ssh.missed} missed, ${ssh.falseAlarms} false alarms`,
  )
  print(
    reconciliation.ok
      ? 'ok         every record is accounted for'
      : `NOT OK     ${reconciliation.problems.join('; ')}`,
  )
}
