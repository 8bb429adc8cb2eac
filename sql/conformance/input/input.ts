import type { GameEvent } from '../../../catalog/events.ts'
import { ANY_TIME } from '../../../catalog/topic.ts'
import { gameInput } from './game-input.ts'
import { type LogWave, logWave, WAVE_MINUTES } from './log-input.ts'
import { type TransactionInput, transactionInput } from './transaction-input.ts'
import { WAVE_HOURS } from './transaction-stories.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** The record times that the topic `transactions` must accept: any, as brokers before Kafka 4 do. */
export const TRANSACTIONS_TIME = ANY_TIME

/** The records sent together. The next wave follows when this one has been processed. */
export interface Wave {
  readonly transactions: readonly TransactionInput[]
  readonly logs: LogWave
  readonly events: readonly GameEvent[]
  /** Values of `game-events` in no schema. */
  readonly unreadableEvents: readonly Buffer[]
}

/**
 * The whole input, wave by wave, the same for every engine. It ends before `now` and lies within the topics' retention.
 */
export function conformanceInput(seed: number, now: number, partitions: number): Wave[] {
  const last = WAVE_HOURS.at(-1) ?? 0
  const start = now - Math.round((last + 1) * HOUR_MS)
  const logMinutes = (WAVE_MINUTES.at(-1) ?? 0) + 10
  const logStart = Math.floor(now / (10 * MINUTE_MS)) * 10 * MINUTE_MS - logMinutes * MINUTE_MS
  return transactionInput({ seed, start, now, partitions }).map((transactions, number) => ({
    transactions,
    logs: number < WAVE_MINUTES.length ? logWave(seed + number, logStart, number, now) : noLogs(now),
    events: number < WAVE_MINUTES.length ? gameInput(seed + number, logStart + number) : [],
    unreadableEvents: number === 0 ? [Buffer.from([0, 0, 0, 0])] : [],
  }))
}

/** The last waves contain transactions only. */
function noLogs(shippedAt: number): LogWave {
  return { lines: [], shippedAt, attackers: [], unreadable: [] }
}
