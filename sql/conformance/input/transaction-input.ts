import { partitionOfKey } from '../../../kafka/protocol/key-partition.ts'
import { Draw } from './draw.ts'

const HOUR_MS = 60 * 60_000

/** What is wrong with a record that is no transaction. */
export type Fault = 'NO_VALUE' | 'NOT_JSON' | 'NO_ID'

/** How a record's time is wrong: an hour ahead but for a minute, µs for ms, none at all (−1), 0, s for ms. */
export const WRONG_CLOCKS = ['ahead', 'microseconds', 'none', 'epoch', 'seconds'] as const

export type WrongClock = (typeof WRONG_CLOCKS)[number]

/** One record of `transactions`, and what is true of it by the way it was made. */
export interface TransactionInput {
  readonly partition: number
  /** The record's own time, ms since the epoch. */
  readonly timestamp: number
  readonly value: Buffer | null
  /** When it happened, as an engine has to find: its own time, or about when it is sent where that one is wrong. */
  readonly happenedAt: number
  /** How its time is wrong; undefined where it is right. */
  readonly clock?: WrongClock
  /** Undefined where it is no transaction. */
  readonly id: string | undefined
  readonly fault: Fault | undefined
}

/**
 * How many hours after the start each wave is sent: all that came before has been judged by then. An engine may read
 * partitions in whatever order; what has to come in order is in different waves, or in one partition.
 */
export const WAVE_HOURS = [0, 20, 23, 25, 30, 40, 70, 70.2, 70.4] as const

/**
 * Sights of one transaction: the wave in which each is sent, and its time in hours where that is not the wave's, or that its
 * time is wrong.
 */
type Story = readonly (readonly [wave: number, time?: number | 'wrong'])[]

const MS = 1 / HOUR_MS
const STORIES: Readonly<Record<string, Story>> = {
  once: [[0]],
  'once, later': [[4]],
  'within the retention': [[0], [1]],
  'renewed by each copy': [[0], [1], [5]],
  // The processor forgets by the partition's time, whoever moves it on: here nobody is further than this yet.
  'a millisecond before the retention ends': [[0], [2, 24 - MS]],
  'a millisecond after it has ended': [[0], [3, 24 + MS]],
  'after the retention': [[0], [4]],
  'days apart': [[0], [6]],
  'out of order': [[1], [3, 10]],
  'out of order, just before the first': [[3], [4, 24]],
  'renewed, and then a much older copy': [[1], [3, 2], [5]],
  'between two that passed': [[0], [4], [5, 20]],
  'many times': [[0], [1], [2], [3], [4], [5], [6]],
  // The next two waves have records whose time is wrong, in every partition: nobody else is to notice.
  'after wrong times, within the retention': [[6], [8]],
  'after wrong times, renewed before them': [[5], [6], [8]],
  'after wrong times, after the retention': [[5], [8]],
}

/** The same with a wrong time, once for each way in which it may be wrong. They are late: no engine's time is behind them. */
const WRONG_STORIES: Readonly<Record<string, Story>> = {
  'once, and wrong': [[7, 'wrong']],
  'wrong the first time': [[7, 'wrong'], [8]],
  'wrong the second time': [[6], [7, 'wrong']],
  'wrong, between two that are right': [[6], [7, 'wrong'], [8]],
  'wrong each time': [
    [7, 'wrong'],
    [8, 'wrong'],
  ],
  'wrong after the retention': [[5, 40], [7, 'wrong'], [8]],
}

/** Purchases with copies of all kinds, and records that are none, wave by wave. A pure function of its options. */
export function transactionInput(options: {
  readonly seed: number
  readonly start: number
  /** When all of it is sent, after the last of its times. */
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
      // Waves are sent one after the other.
      happenedAt: now + wave,
      clock,
      value: Buffer.from(purchase(id, now + wave, draw)),
      id,
      fault: undefined,
    })
  for (const story of Object.values(STORIES)) {
    for (let copies = 0; copies < 4; copies += 1) {
      const id = newId(draw)
      // A retry carries a time of its own, so that it shows which of them passed.
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
    // In each partition of those that are keyed by id, so that whoever's time they move is found out.
    for (let partition = 0; partition < partitions; partition += 1) addWrong(7, idIn(partition), clock)
  }
  for (const [wave, hours] of WAVE_HOURS.entries()) {
    for (let each = 0; each < 5; each += 1) {
      const id = newId(draw)
      const text = purchase(id, start, draw)
      // Milliseconds apart, in one partition and so in their order; and at the same time, wherever they come.
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
    // Every partition has something in every wave, so that none holds time back.
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

/** What a clock shows that is wrong. @param time what it should show, within what was sent before `now` */
const WRONG_TIMES: Readonly<Record<WrongClock, (time: number, now: number) => number>> = {
  ahead: (_, now) => now + HOUR_MS - 60_000,
  microseconds: (time) => time * 1_000,
  none: () => -1,
  epoch: () => 0,
  seconds: (time) => Math.floor(time / 1_000),
}

function newId(draw: Draw): string {
  return draw.below(8) === 0 ? `käuf-${draw.hex(12)}` : `txn-${draw.hex(12)}`
}

/** Written in several ways that mean the same to JSON: an engine that writes it anew does not give it back. */
function purchase(id: string, at: number, draw: Draw): string {
  const cents = 99 + draw.below(5_000)
  const body = {
    id,
    user_id: `player-${1 + draw.below(50)}`,
    txn_type: draw.pick(['purchase', 'refund']),
    txn_timestamp: at,
    total_sales: cents / 100,
    currency: draw.pick(['USD', 'EUR', 'JPY']),
    items: [{ sku: 'skin-ember', quantity: 1, unit_price: cents / 100 }],
  }
  switch (draw.below(5)) {
    case 0:
      return JSON.stringify(body, null, 1)
    case 1:
      return JSON.stringify({ ...body, note: 'größer; "5 > 4", it’s so\n', extra: { id: 'inner' } })
    case 2:
      return JSON.stringify({ ...body, id: undefined }).replace(
        /}$/,
        `,"total":10.0,"id":${JSON.stringify(id)}}`,
      )
    default:
      return JSON.stringify(body)
  }
}

function malformed(draw: Draw): (readonly [Fault, Buffer | null])[] {
  const text = purchase(newId(draw), 0, draw)
  const notJson = [text.slice(0, text.length - 1 - draw.below(20)), '', 'free coins', '{"id":txn-1}']
  const noId = [
    '{}',
    '[]',
    'null',
    '42',
    '"txn-1"',
    '{"id":""}',
    '{"id":7}',
    '{"id":-1.5e3}',
    '{"id":null,"total_sales":1}',
  ]
  const nested = [
    '{"user_id":"player-1","extra":{"id":"txn-1"}}',
    '{"id":["txn-1"]}',
    '{"id":7,"extra":{"id":"a"}}',
  ]
  return [
    ['NO_VALUE', null],
    ...notJson.map((one) => ['NOT_JSON', Buffer.from(one)] as const),
    ['NOT_JSON', Buffer.from([0xff, 0xfe, 0x41])],
    ...[...noId, ...nested].map((one) => ['NO_ID', Buffer.from(one)] as const),
  ]
}
