import type { GameEvent } from '../../catalog/events.ts'
import { gameInput } from './game-input.ts'
import { type LogWave, logWave, WAVE_MINUTES } from './log-input.ts'
import { type TransactionInput, transactionInput, WAVE_HOURS } from './transaction-input.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

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
  const start = now - (last + 1) * HOUR_MS
  const logMinutes = (WAVE_MINUTES.at(-1) ?? 0) + 10
  const logStart = Math.floor(now / (10 * MINUTE_MS)) * 10 * MINUTE_MS - logMinutes * MINUTE_MS
  return transactionInput({ seed, start, partitions }).map((transactions, number) => ({
    transactions,
    logs: logWave(seed + number, logStart, number, now),
    events: gameInput(seed + number, logStart + number),
    unreadableEvents: number === 0 ? [Buffer.from([0, 0, 0, 0])] : [],
  }))
}
