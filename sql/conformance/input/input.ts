import type { GameEvent } from '../../../catalog/events.ts'
import { ANY_TIME } from '../../../catalog/topic.ts'
import { gameInput } from './game-input.ts'
import { type LogWave, logWave, WAVE_MINUTES } from './log-input.ts'
import { type TransactionInput, transactionInput } from './transaction-input.ts'
import { WAVE_HOURS } from './transaction-stories.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Of which time the topic `transactions` has to take records: of any, as brokers before Kafka 4 do. */
export const TRANSACTIONS_TIME = ANY_TIME

/** What is sent at one go. The next wave comes when all of this one has had its effect. */
export interface Wave {
  readonly transactions: readonly TransactionInput[]
  readonly logs: LogWave
  readonly events: readonly GameEvent[]
  /** Values of `game-events` that are in no schema. */
  readonly unreadableEvents: readonly Buffer[]
}

/**
 * All that goes in, wave by wave: the same for every engine. It ends before `now` and lies within the time for which the
 * topics keep their records.
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

/** In the last waves there are transactions only. */
function noLogs(shippedAt: number): LogWave {
  return { lines: [], shippedAt, attackers: [], unreadable: [] }
}
