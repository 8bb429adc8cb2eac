import { partitionOfKey } from '../../../kafka/protocol/key-partition.ts'
import { Draw } from './draw.ts'
import { STORIES, WAVE_HOURS, WRONG_STORIES } from './transaction-stories.ts'
import { type Fault, malformed, newId, purchase } from './transaction-text.ts'
import { WRONG_CLOCKS, WRONG_TIMES, type WrongClock } from './wrong-clock.ts'

const HOUR_MS = 60 * 60_000

/** One record of `transactions`, and what is known of it from its construction. */
export interface TransactionInput {
  readonly partition: number
  /** The record's own time, ms since the epoch. */
  readonly timestamp: number
  readonly value: Buffer | null
  /**
   * When it happened as an engine must find it: its own time, or about the time of sending if its own time is wrong.
   */
  readonly happenedAt: number
  /** How its time is wrong; undefined for a right time. */
  readonly clock?: WrongClock
  /** Undefined if it is not a transaction. */
  readonly id: string | undefined
  readonly fault: Fault | undefined
}

/**
 * Purchases with all kinds of copies, and records that are not transactions, wave by wave. A pure function of its
 * options.
 */
export function transactionInput(options: {
  readonly seed: number
  readonly start: number
  /** When everything is sent, after the last of its times. */
  readonly now: number
  readonly partitions: number
}): TransactionInput[][] {
  const { seed, start, now, partitions } = options
  const draw = new Draw(seed)
  const waves: TransactionInput[][] = WAVE_HOURS.map(() => [])
  const timeOf = (hours: number) => start + Math.round(hours * HOUR_MS)
  const add = (wave: number, hours: number, text: string, id: string, ms = 0, partition?: number) => {
    const timestamp = timeOf(hours) + ms
    const to = partition ?? draw.below(partitions)
    waves[wave]?.push({
      partition: to,
      timestamp,
      happenedAt: timestamp,
      value: Buffer.from(text),
      id,
      fault: undefined,
    })
  }
  const addWrong = (wave: number, id: string, clock: WrongClock) =>
    waves[wave]?.push({
      partition: draw.below(partitions),
      timestamp: WRONG_TIMES[clock](timeOf(WAVE_HOURS[wave] ?? 0), now),
      // Waves are sent in turn.
      happenedAt: now + wave,
      clock,
      value: Buffer.from(purchase(id, now + wave, draw)),
      id,
      fault: undefined,
    })
  for (const story of Object.values(STORIES)) {
    for (let copies = 0; copies < 4; copies += 1) {
      const id = newId(draw)
      // A retry has its own time, which shows which copy passed.
      for (const [wave, time = WAVE_HOURS[wave] ?? 0] of story)
        if (time !== 'wrong') add(wave, time, purchase(id, timeOf(time), draw), id)
    }
  }
  for (const clock of WRONG_CLOCKS) {
    for (const story of Object.values(WRONG_STORIES)) {
      const id = newId(draw)
      for (const [wave, time = WAVE_HOURS[wave] ?? 0] of story) {
        if (time === 'wrong') addWrong(wave, id, clock)
        else add(wave, time, purchase(id, timeOf(time), draw), id)
      }
    }
    // One in each partition of the topic keyed by id, so that a moved partition time shows.
    for (let partition = 0; partition < partitions; partition += 1) addWrong(7, idIn(partition), clock)
  }
  for (const [wave, hours] of WAVE_HOURS.entries()) {
    for (let each = 0; each < 5; each += 1) {
      const id = newId(draw)
      const text = purchase(id, start, draw)
      // Milliseconds apart in one partition, and so in order; and at the same time in any partitions.
      const partition = draw.below(partitions)
      for (let ms = 0; ms <= 1 + each; ms += 1) add(wave, hours, text, id, ms, partition)
      const other = newId(draw)
      const same = purchase(other, start, draw)
      for (let copy = 0; copy <= 1 + each; copy += 1) add(wave, hours, same, other)
    }
    for (const [fault, value] of malformed(draw))
      waves[wave]?.push({
        partition: draw.below(partitions),
        timestamp: timeOf(hours),
        happenedAt: timeOf(hours),
        value,
        id: undefined,
        fault,
      })
    // Every partition has a record in every wave, so that none holds back time.
    for (let partition = 0; partition < partitions; partition += 1) {
      const id = newId(draw)
      add(wave, hours, purchase(id, start, draw), id, 0, partition)
    }
  }
  return waves

  function idIn(partition: number): string {
    for (;;) {
      const id = newId(draw)
      if (partitionOfKey(Buffer.from(id), partitions) === partition) return id
    }
  }
}
