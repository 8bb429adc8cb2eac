import { setInterval } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import type { Registry } from 'prom-client'
import { PROVISIONER } from '../catalog/applications.ts'
import { topic } from '../catalog/topics.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { stableOffsets } from '../kafka/clients/offsets.ts'
import { newRun } from '../kafka/clients/run-headers.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { applyCatalog } from '../kafka/provision/apply-catalog.ts'
import { type GameOutcome, produceGame } from '../producers/game-producer.ts'
import type { Progress } from '../producers/produce.ts'
import { produceTransactions, type TransactionOutcome } from '../producers/transaction-producer.ts'
import { ProcessorMetrics } from '../streams/runtime/metrics.ts'
import { ELSEWHERE } from './background.ts'
import { DedupWatch, NODE_OUTPUTS, SQL_OUTPUTS } from './dedup-watch.ts'
import { registerDemoMetrics } from './demo-metrics.ts'
import { GameWatch } from './game-watch.ts'
import { type RunningDedup, SQL_DEDUP, startNodeDedup } from './node-dedup.ts'
import { startNodePlayerState } from './node-player-state.ts'
import { PlatformLogs } from './platform-logs.ts'
import type { ProfileFor } from './profile-for.ts'
import { type Reconciliation, reconcile } from './reconciliation.ts'
import { auditTransactions } from './transaction-audit.ts'
import { TransactionLedger } from './transaction-ledger.ts'

/** Time limit for each catch-up step after the producers have stopped. */
const DRAIN_MS = 120_000
const VIEW_MS = 500

const GAME = topic('game-events').name
const TRANSACTIONS = topic('transactions').name

export interface DemoOptions {
  readonly players: number
  /** Records a second. */
  readonly gameRate: number
  readonly transactionRate: number
  /** Log lines a second, of all hosts together. */
  readonly logRate: number
  readonly durationMs: number
  readonly seed: number
  /** Abort to stop producing; records already sent are still read and counted. */
  readonly signal: AbortSignal
  /** Starts the de-duplication on a SQL engine, once the topics exist; undefined to use the Node processors. */
  readonly startSql?: () => Promise<void>
  /** Starts the dashboard once the topics exist. Resolves when the dashboard counts new records. */
  readonly startDashboard?: (profile: Profile) => Promise<{ close(): Promise<void> }>
  /** Gets the metrics of all parts; `onStarted` gets why they are not ready for work. */
  readonly metrics?: { readonly registry: Registry; onStarted(notReady: () => string | undefined): void }
  /** Called with the result while everything still runs: what is shown and served agrees with it. */
  readonly onReconciled?: (reconciliation: Reconciliation) => Promise<void>
  readonly say: Warn
  readonly view: (state: DemoState) => void
}

/** State shown by the live view. Counts are since the start; lag is current. */
export interface DemoState {
  readonly seconds: number
  readonly phase: 'running' | 'draining'
  readonly gameEvents: { readonly sent: number; readonly read: number; readonly lag: number }
  readonly players: number
  readonly orderViolations: number
  readonly transactions: { readonly sent: number; readonly lag: number }
  readonly dedup: { readonly passed: number; readonly suppressed: number; readonly deadLettered: number }
  readonly logs: { readonly written: number; readonly shipped: number; readonly openAttacks: number }
}

/**
 * Runs the platform: applies the catalog, produces, reads and checks until the duration or the signal ends the run. Then
 * waits until all readers have caught up, and compares the records sent with the records in the topics.
 */
export async function runDemo(profileFor: ProfileFor, options: DemoOptions): Promise<Reconciliation> {
  const provisioner = profileFor(PROVISIONER)
  const admin = await connectAdmin(provisioner, 'demo')
  try {
    await applyCatalog(admin, provisioner)
    await options.startSql?.()
    const from = {
      game: await stableOffsets(admin, GAME),
      transactions: await stableOffsets(admin, TRANSACTIONS),
    }
    const run = newRun()
    const outputs = options.startSql ? SQL_OUTPUTS : NODE_OUTPUTS
    const ledger = new TransactionLedger()
    const watches = {
      game: await GameWatch.start(profileFor('order-checker'), run, from.game, options.say),
      dedup: await DedupWatch.start(profileFor('dashboard'), admin, run, ledger, {
        outputs,
        warn: options.say,
      }),
      audit: await auditTransactions(profileFor('dashboard'), run, ledger, {
        from: from.transactions,
        warn: options.say,
      }),
    }
    const dashboard = await options.startDashboard?.(profileFor('dashboard'))
    const logs = await PlatformLogs.start(profileFor, admin, options.say)
    const dedup = options.startSql ? SQL_DEDUP : startNodeDedup(profileFor('dedup-processor'), options.say)
    const playerState = new ProcessorMetrics()
    const players = options.startSql
      ? ELSEWHERE
      : startNodePlayerState(profileFor('player-state-processor'), playerState, options.say)
    const sent: Sent = { game: NOTHING, transactions: NOTHING }
    if (options.metrics) {
      const notReady = registerDemoMetrics(options.metrics.registry, {
        sent: () => ({ [GAME]: sent.game, [TRANSACTIONS]: sent.transactions }),
        processors: { ...dedup.processors, ...(options.startSql ? {} : { 'player-state': playerState }) },
        game: watches.game,
        logs,
      })
      options.metrics.onStarted(notReady)
    }
    try {
      const work = watched(admin, { ...watches, logs }, dedup, options, sent, () =>
        produceAll(
          profileFor,
          logs,
          run,
          options,
          sent,
          Promise.race([watches.game.reader.failed, watches.dedup.failed, watches.audit.failed, logs.failed]),
        ),
      )
      const [game, transactions] = await Promise.race([work, dedup.failed, players.failed])
      await watches.audit.reach(await stableOffsets(admin, TRANSACTIONS), AbortSignal.timeout(DRAIN_MS))
      const reconciliation = reconcile(game, transactions, watches.game, ledger, logs.reconcile())
      await options.onReconciled?.(reconciliation)
      return reconciliation
    } finally {
      await Promise.all([dedup.stop(), players.stop()])
      await Promise.all([
        dashboard?.close(),
        watches.game.reader.close(),
        watches.dedup.close(),
        watches.audit.close(),
        logs.close(),
      ])
    }
  } finally {
    await admin.disconnect()
  }
}

interface Watches {
  readonly game: GameWatch
  readonly dedup: DedupWatch
  readonly logs: PlatformLogs
}

interface Sent {
  game: Progress
  transactions: Progress
}

const NOTHING: Progress = { sent: 0, acknowledged: 0, failures: 0, seconds: 0 }

type Outcomes = [GameOutcome, TransactionOutcome]

/** Produces, then waits until the watches have caught up; updates the live view throughout. */
async function watched(
  admin: Admin,
  { game: watch, dedup, logs }: Watches,
  running: RunningDedup,
  options: DemoOptions,
  sent: Sent,
  produce: () => Promise<Outcomes>,
): Promise<Outcomes> {
  const started = performance.now()
  const finished = new AbortController()
  let phase: DemoState['phase'] = 'running'
  const show = async () => {
    const end = await stableOffsets(admin, GAME)
    const { passed, suppressed, deadLettered, settled } = dedup.ledger
    options.view({
      seconds: (performance.now() - started) / 1000,
      phase,
      gameEvents: { sent: sent.game.acknowledged, read: watch.events, lag: watch.reader.lagBehind(end) },
      players: watch.order.players,
      orderViolations: watch.order.violations,
      transactions: {
        sent: sent.transactions.acknowledged,
        lag: running.lag ?? sent.transactions.acknowledged - settled,
      },
      dedup: { passed, suppressed, deadLettered },
      logs: { written: logs.written, shipped: logs.shipped, openAttacks: logs.openAttacks },
    })
  }
  const showing = (async () => {
    for await (const _ of setInterval(VIEW_MS, undefined, { signal: finished.signal })) await show()
  })().catch((error: Error) => {
    // The demo continues without the live view, for example when the broker restarts.
    if (!finished.signal.aborted) options.say(`the live view has stopped: ${error.message}`)
  })
  try {
    const outcomes = await produce()
    phase = 'draining'
    await watch.reader.reach(await stableOffsets(admin, GAME), AbortSignal.timeout(DRAIN_MS))
    // The reconciliation reports records that have not settled in time as missing.
    const inTime = AbortSignal.timeout(DRAIN_MS)
    await Promise.all([dedup.settles(outcomes[1].acknowledged, inTime), logs.settle(inTime)]).catch(
      (error) => {
        if (error?.name !== 'TimeoutError') throw error
      },
    )
    await show()
    return outcomes
  } finally {
    finished.abort()
    await showing
  }
}

/** Runs the producers and the hosts' logs until the duration or the signal ends them, or a reader fails. */
async function produceAll(
  profileFor: ProfileFor,
  logs: PlatformLogs,
  run: string,
  options: DemoOptions,
  sent: Sent,
  readerFailed: Promise<never>,
): Promise<Outcomes> {
  const failed = new AbortController()
  const shared = {
    seed: options.seed,
    start: Date.now(),
    count: Number.POSITIVE_INFINITY,
    durationMs: options.durationMs,
    signal: AbortSignal.any([options.signal, failed.signal]),
    run,
    warn: options.say,
  }
  const all = Promise.all([
    produceGame(profileFor('game-producer'), {
      ...shared,
      players: options.players,
      rate: options.gameRate,
      progress: (progress) => {
        sent.game = progress
      },
    }),
    produceTransactions(profileFor('transaction-producer'), {
      ...shared,
      // Ids differ between runs with the same seed; otherwise all transactions of a second run would be duplicates.
      namespace: `${run}-`,
      rate: options.transactionRate,
      duplicates: 0.3,
      lateDuplicates: 0.05,
      malformed: 0.01,
      progress: (progress) => {
        sent.transactions = progress
      },
    }),
    logs.run({
      rate: options.logRate,
      durationMs: options.durationMs,
      // Each run has its own seed, because the detector still knows the attackers of an earlier run.
      seed: (options.seed + shared.start) % 2 ** 31,
      signal: shared.signal,
      giveUp: failed.signal,
    }),
  ])
  try {
    const [game, transactions] = await Promise.race([all, readerFailed])
    return [game, transactions]
  } catch (error) {
    failed.abort()
    await all.catch(() => undefined)
    throw error
  }
}
