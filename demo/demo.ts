import { setInterval } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { topic } from '../catalog/topics.ts'
import type { Warn } from '../kafka/client.ts'
import { endOffsets } from '../kafka/offsets.ts'
import type { Profile } from '../kafka/profile.ts'
import { newRun } from '../kafka/provenance.ts'
import { connectAdmin } from '../kafka/reachable.ts'
import { type GameOutcome, produceGame } from '../producers/game-producer.ts'
import { produceTransactions, type TransactionOutcome } from '../producers/transaction-producer.ts'
import { type Books, balance } from './books.ts'
import { applyCatalog } from './catalog.ts'
import { GameWatch } from './game-watch.ts'
import { auditTransactions } from './transaction-audit.ts'

/** How long the readers may take to catch up once the producers have stopped. */
const DRAIN_MS = 60_000
const VIEW_MS = 500

const GAME = topic('game-events').name
const TRANSACTIONS = topic('transactions').name

export interface DemoOptions {
  readonly players: number
  /** Records a second. */
  readonly gameRate: number
  readonly transactionRate: number
  readonly durationMs: number
  readonly seed: number
  /** Aborted to stop producing; what was sent is still read and counted. */
  readonly signal: AbortSignal
  readonly say: Warn
  readonly view: (state: DemoState) => void
}

/** What the live view shows. Counts are since the start, the lag is of this moment. */
export interface DemoState {
  readonly seconds: number
  readonly phase: 'running' | 'draining'
  readonly gameEvents: { readonly sent: number; readonly read: number; readonly lag: number }
  readonly players: number
  readonly orderViolations: number
  readonly transactions: { readonly sent: number }
}

/**
 * Runs the platform: applies the catalog, produces, reads and checks, until the time or the signal ends it; then lets
 * everything drain and balances the books against what the topics hold.
 */
export async function runDemo(profile: Profile, options: DemoOptions): Promise<Books> {
  const admin = await connectAdmin(profile, 'demo')
  try {
    await applyCatalog(admin, profile)
    const from = { game: await endOffsets(admin, GAME), transactions: await endOffsets(admin, TRANSACTIONS) }
    const run = newRun()
    const watch = await GameWatch.start(profile, run, from.game, options.say)
    try {
      const [game, transactions] = await watched(admin, watch, options, (sent) =>
        produceBoth(profile, run, options, sent, watch),
      )
      const held = await auditTransactions(
        profile,
        run,
        { from: from.transactions, to: await endOffsets(admin, TRANSACTIONS) },
        { warn: options.say, signal: AbortSignal.timeout(DRAIN_MS) },
      )
      return balance(game, transactions, watch, held)
    } finally {
      await watch.reader.close()
    }
  } finally {
    await admin.disconnect()
  }
}

interface Sent {
  game: number
  transactions: number
}

type Outcomes = [GameOutcome, TransactionOutcome]

/** Produces, then waits until the watch has read all of it, and shows the state all the while. */
async function watched(
  admin: Admin,
  watch: GameWatch,
  options: DemoOptions,
  produceAll: (sent: Sent) => Promise<Outcomes>,
): Promise<Outcomes> {
  const sent: Sent = { game: 0, transactions: 0 }
  const started = performance.now()
  const finished = new AbortController()
  let phase: DemoState['phase'] = 'running'
  const show = async () => {
    const end = await endOffsets(admin, GAME)
    options.view({
      seconds: (performance.now() - started) / 1000,
      phase,
      gameEvents: { sent: sent.game, read: watch.events, lag: watch.reader.lagBehind(end) },
      players: watch.order.players,
      orderViolations: watch.order.violations,
      transactions: { sent: sent.transactions },
    })
  }
  const showing = (async () => {
    for await (const _ of setInterval(VIEW_MS, undefined, { signal: finished.signal })) await show()
  })().catch((error: Error) => {
    // A view that cannot be drawn for a moment, while the broker restarts say, is no reason to stop the show.
    if (!finished.signal.aborted) options.say(`the live view has stopped: ${error.message}`)
  })
  try {
    const outcomes = await produceAll(sent)
    phase = 'draining'
    await watch.reader.reach(await endOffsets(admin, GAME), AbortSignal.timeout(DRAIN_MS))
    await show()
    return outcomes
  } finally {
    finished.abort()
    await showing
  }
}

/** Runs both producers until the time or the signal ends them, or the reader fails. */
async function produceBoth(
  profile: Profile,
  run: string,
  options: DemoOptions,
  sent: Sent,
  watch: GameWatch,
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
  const both = Promise.all([
    produceGame(profile, {
      ...shared,
      players: options.players,
      rate: options.gameRate,
      progress: ({ acknowledged }) => {
        sent.game = acknowledged
      },
    }),
    produceTransactions(profile, {
      ...shared,
      rate: options.transactionRate,
      duplicates: 0.3,
      lateDuplicates: 0.05,
      malformed: 0.01,
      progress: ({ acknowledged }) => {
        sent.transactions = acknowledged
      },
    }),
  ])
  try {
    return await Promise.race([both, watch.reader.failed])
  } catch (error) {
    failed.abort()
    await both.catch(() => undefined)
    throw error
  }
}
