import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { committedRecords } from './committed-records.ts'
import type { RecordBatch } from './decode-batch.ts'

const TRANSACTIONAL = 1 << 4
const CONTROL = 1 << 5

/** A decoded batch; the records' values are their offsets. */
function batch(first: number, offsets: readonly number[], more: Partial<RecordBatch> = {}): RecordBatch {
  const records = offsets.map((offset) => ({
    partition: 2,
    offset,
    timestamp: 1_000 + offset,
    key: Buffer.from('key'),
    value: Buffer.from(String(offset)),
    headers: [],
  }))
  return {
    firstOffset: first,
    lastOffset: Math.max(first, offsets.at(-1) ?? first),
    attributes: 0,
    producerId: -1n,
    records,
    ...more,
  }
}

/** A transactional batch. */
function sent(producer: number, first: number, ...offsets: number[]): RecordBatch {
  return batch(first, [first, ...offsets], { producerId: BigInt(producer), attributes: TRANSACTIONAL })
}

/** A transaction marker: a control record with version and type as its key (KIP-98). */
function marker(producer: number, offset: number, type: 'commit' | 'abort'): RecordBatch {
  const end = batch(offset, [offset], { producerId: BigInt(producer), attributes: TRANSACTIONAL | CONTROL })
  const key = Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1])
  return { ...end, records: end.records.map((record) => ({ ...record, key })) }
}

function offsetsOf(records: readonly RecordBatch[], aborted: readonly [number, number][] = [], from = 0) {
  const transactions = aborted.map(([producer, first]) => ({
    producerId: BigInt(producer),
    firstOffset: BigInt(first),
  }))
  const { records: committed, next } = committedRecords(records, transactions, from)
  for (const { value, offset } of committed) expect(String(value)).toBe(String(offset))
  return { offsets: committed.map(({ offset }) => offset), next }
}

describe('fetched batches', () => {
  test('an empty fetch gives no records and keeps the position', () => {
    expect(committedRecords([], null, 17)).toEqual({ records: [], next: 17 })
  })

  test('a position inside a batch skips the records before it', () => {
    expect(offsetsOf([batch(5, [5, 6, 7]), batch(8, [8])], [], 7)).toEqual({ offsets: [7, 8], next: 9 })
  })

  test('the position moves past offsets that compaction removed from the end of a batch', () => {
    expect(offsetsOf([batch(5, [6], { lastOffset: 14 })])).toEqual({ offsets: [6], next: 15 })
    expect(offsetsOf([batch(5, [], { lastOffset: 8 })])).toEqual({ offsets: [], next: 9 })
  })

  test('a fetch of markers only gives no records and advances the position', () => {
    expect(offsetsOf([marker(1, 3, 'commit'), marker(2, 4, 'abort')])).toEqual({ offsets: [], next: 5 })
  })
})

describe('aborted transactions', () => {
  test('an aborted transaction is skipped, its producer’s next transaction is not', () => {
    const log = [sent(1, 0, 1), marker(1, 2, 'abort'), sent(1, 3), marker(1, 4, 'commit')]
    expect(offsetsOf(log, [[1, 0]])).toEqual({ offsets: [3], next: 5 })
  })

  test('records of other producers and non-transactional records are kept', () => {
    const log = [
      sent(1, 0),
      sent(2, 1),
      batch(2, [2], { producerId: 1n }),
      sent(1, 3),
      marker(1, 4, 'abort'),
      marker(2, 5, 'commit'),
    ]
    expect(offsetsOf(log, [[1, 0]])).toEqual({ offsets: [1, 2], next: 6 })
  })

  test('an aborted transaction that ends in a later fetch is skipped in both fetches', () => {
    expect(offsetsOf([sent(1, 0), sent(1, 1)], [[1, 0]])).toEqual({ offsets: [], next: 2 })
    const rest = [sent(1, 2), marker(1, 3, 'abort'), sent(1, 4), marker(1, 5, 'commit')]
    expect(offsetsOf(rest, [[1, 0]], 2)).toEqual({ offsets: [4], next: 6 })
  })

  test('an abort marker at the start of a fetch ends the transaction', () => {
    const log = [marker(1, 3, 'abort'), sent(1, 4), marker(1, 5, 'commit')]
    expect(offsetsOf(log, [[1, 0]], 3)).toEqual({ offsets: [4], next: 6 })
  })

  test('several aborted transactions of a producer are skipped, in any order of the list', () => {
    const log = [
      ...[sent(1, 0), marker(1, 1, 'abort'), sent(1, 2), marker(1, 3, 'commit')],
      ...[sent(1, 4), marker(1, 5, 'abort'), sent(1, 6), marker(1, 7, 'abort'), sent(1, 8)],
    ]
    const aborted: [number, number][] = [[1, 6], [1, 0], [1, 4]] // biome-ignore format: one line
    expect(offsetsOf(log, aborted)).toEqual({ offsets: [2, 8], next: 9 })
  })

  test('a control batch emptied by compaction is skipped', () => {
    const log = [sent(1, 0), { ...marker(1, 1, 'commit'), records: [] }, batch(2, [2])]
    expect(offsetsOf(log)).toEqual({ offsets: [0, 2], next: 3 })
  })
})

/** A turn of one of three producers: transactional records, the end of its transaction, or plain records. */
const turn = fc.record({
  producer: fc.integer({ min: 1, max: 3 }),
  does: fc.constantFrom('send', 'send', 'commit', 'abort', 'plain'),
  count: fc.integer({ min: 1, max: 3 }),
})

/** A log as on a broker: its batches, its transaction index and its committed offsets. */
function logOf(turns: readonly { producer: number; does: string; count: number }[]) {
  const batches: RecordBatch[] = []
  const index: { producer: number; first: number; last: number }[] = []
  const committed: number[] = []
  const open = new Map<number, number[]>()
  let end = 0
  const close = (producer: number, type: 'commit' | 'abort') => {
    const own = open.get(producer)
    if (!own) return
    batches.push(marker(producer, end, type))
    if (type === 'commit') committed.push(...own)
    else index.push({ producer, first: own[0] as number, last: end })
    open.delete(producer)
    end += 1
  }
  for (const { producer, does, count } of turns) {
    if (does === 'commit' || does === 'abort') {
      close(producer, does)
      continue
    }
    const [first = 0, ...rest] = Array.from({ length: count }, (_, delta) => end + delta)
    if (does === 'send') open.set(producer, [...(open.get(producer) ?? []), first, ...rest])
    else committed.push(first, ...rest)
    batches.push(does === 'send' ? sent(producer, first, ...rest) : batch(first, [first, ...rest]))
    end += count
  }
  for (const producer of [...open.keys()]) close(producer, 'abort')
  return { batches, index, end, committed: committed.sort((a, b) => a - b) }
}

describe('partition read to its end', () => {
  test('each committed record is returned once and in order, for any fetch sizes', () => {
    fc.assert(
      fc.property(
        fc.array(turn, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
        fc.nat(10),
        (turns, sizes, start) => {
          const log = logOf(turns)
          const read: number[] = []
          let at = Math.min(start, log.end)
          for (let round = 0; at < log.end; round += 1) {
            const isAhead = (one: RecordBatch) => one.lastOffset >= at
            const fetched = log.batches.filter(isAhead).slice(0, sizes[round % sizes.length])
            const upTo = fetched.at(-1)?.lastOffset ?? 0
            // As a broker lists them: aborted transactions that overlap the fetched offsets, ordered by their end.
            const aborted = log.index.filter(({ first, last }) => last >= at && first <= upTo)
            const pairs = aborted.map(({ producer, first }): [number, number] => [producer, first])
            const { offsets, next } = offsetsOf(fetched, pairs, at)
            read.push(...offsets)
            expect(next).toBe(upTo + 1)
            at = next
          }
          expect(read).toEqual(log.committed.filter((offset) => offset >= Math.min(start, log.end)))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
