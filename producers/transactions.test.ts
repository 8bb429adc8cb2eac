import { describe, expect, test } from 'vitest'
import type { Transaction } from '../catalog/events.ts'
import {
  type TransactionKind,
  type TransactionOptions,
  type TransactionRecord,
  Transactions,
} from './transactions.ts'

const options: TransactionOptions = {
  seed: 5,
  start: Date.UTC(2026, 0, 31, 12),
  recordsPerSecond: 40,
  partitions: 6,
  duplicates: 0.3,
  lateDuplicates: 0.05,
  malformed: 0.02,
}
const COUNT = 50_000
const MINUTE_MS = 60_000

function make(count: number, changes: Partial<TransactionOptions> = {}): TransactionRecord[] {
  const source = new Transactions({ ...options, ...changes })
  return Array.from({ length: count }, () => source.next())
}

function parse({ value }: TransactionRecord): Transaction {
  return JSON.parse(value?.toString() ?? '')
}

const records = make(COUNT)
const wellFormed = records
  .map((record, index) => ({ ...record, index }))
  .filter(({ kind }) => kind !== 'malformed')
  .map((record) => ({ ...record, transaction: parse(record) }))

function of(kind: TransactionKind) {
  return wellFormed.filter((record) => record.kind === kind)
}

/** Index of the first record with each id, of any kind. */
const firstSeen = new Map<string, number>()
for (const { transaction, index } of wellFormed) {
  if (!firstSeen.has(transaction.id)) firstSeen.set(transaction.id, index)
}

describe('generated transactions', () => {
  test('the same options give the same records, another seed gives others', () => {
    expect(make(3_000)).toEqual(records.slice(0, 3_000))
    expect(make(10, { seed: 6 })).not.toEqual(records.slice(0, 10))
  })

  test('the kinds have about the requested shares', () => {
    const share = (kind: TransactionKind) => records.filter((record) => record.kind === kind).length / COUNT
    expect(Math.abs(share('duplicate') - 0.3)).toBeLessThan(0.01)
    expect(Math.abs(share('lateDuplicate') - 0.05)).toBeLessThan(0.005)
    expect(Math.abs(share('malformed') - 0.02)).toBeLessThan(0.003)
  })

  test('the shares hold when as many late duplicates as unique transactions are requested', () => {
    const kinds = make(COUNT, { duplicates: 0.3, lateDuplicates: 0.3, malformed: 0.1 }).map(
      ({ kind }) => kind,
    )
    for (const [kind, share] of [
      ['unique', 0.3],
      ['duplicate', 0.3],
      ['lateDuplicate', 0.3],
    ] as const) {
      expect(Math.abs(kinds.filter((one) => one === kind).length / COUNT - share), kind).toBeLessThan(0.03)
    }
  })

  test('all transactions are unique with shares of 0', () => {
    const kinds = make(2_000, { duplicates: 0, lateDuplicates: 0, malformed: 0 }).map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['unique']))
  })

  test('every partition receives records', () => {
    expect(new Set(records.map(({ partition }) => partition))).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  })

  test('total_sales is the sum of the items, negative for a refund', () => {
    for (const { transaction } of wellFormed) {
      const sum = transaction.items.reduce((total, item) => total + item.quantity * item.unit_price, 0)
      expect(transaction.total_sales).toBeCloseTo(transaction.txn_type === 'refund' ? -sum : sum, 6)
    }
    expect(new Set(wellFormed.map(({ transaction }) => transaction.txn_type)).size).toBe(2)
  })
})

describe('event time', () => {
  test('event time is never ahead of a clock that advances at the given rate', () => {
    const ahead = records.filter(({ timestamp }, index) => timestamp > options.start + index * 25)
    expect(ahead).toEqual([])
  })

  test('the record’s timestamp equals txn_timestamp', () => {
    expect(wellFormed.filter((record) => record.timestamp !== record.transaction.txn_timestamp)).toEqual([])
  })

  test('event time is never below 0, even with a start of 0', () => {
    const times = make(2_000, { start: 0, lateDuplicates: 0.3 }).map(({ timestamp }) => timestamp)
    expect(times.filter((time) => time < 0)).toEqual([])
  })

  test('event time is in whole milliseconds at an uneven rate', () => {
    const times = make(500, { recordsPerSecond: 333 }).map(({ timestamp }) => timestamp)
    expect(times.filter((time) => !Number.isInteger(time))).toEqual([])
  })
})

describe('unique transactions', () => {
  test('no two unique transactions share an id', () => {
    expect(new Set(of('unique').map(({ transaction }) => transaction.id)).size).toBe(of('unique').length)
  })
})

describe('duplicates', () => {
  const originals = new Map(of('unique').map((record) => [record.transaction.id, record]))

  test('an immediate duplicate repeats an earlier transaction byte for byte', () => {
    for (const { transaction, value, index } of of('duplicate')) {
      const original = originals.get(transaction.id)
      expect(original?.index).toBeLessThan(index)
      expect(original?.value?.equals(value ?? Buffer.alloc(0))).toBe(true)
    }
  })

  test('an immediate duplicate comes within 200 records of its original', () => {
    const delays = of('duplicate').map(
      ({ transaction, index }) => index - (originals.get(transaction.id)?.index ?? Number.NaN),
    )
    expect(Math.max(...delays)).toBeLessThan(200)
  })

  test('a late duplicate repeats, once, a transaction at least two minutes of event time older', () => {
    const late = of('lateDuplicate')
    for (const { transaction, index } of late) {
      const original = originals.get(transaction.id)
      expect(original?.index).toBeLessThan(index)
      const before = transaction.txn_timestamp - (original?.timestamp ?? Number.NaN)
      expect(before).toBeGreaterThanOrEqual(2 * MINUTE_MS)
      expect({ ...transaction, txn_timestamp: 0 }).toEqual({ ...original?.transaction, txn_timestamp: 0 })
    }
    expect(new Set(late.map(({ transaction }) => transaction.id)).size).toBe(late.length)
  })

  test('a duplicate of either kind has an id that appeared earlier', () => {
    const early = [...of('duplicate'), ...of('lateDuplicate')].filter(
      ({ transaction, index }) => (firstSeen.get(transaction.id) ?? index) >= index,
    )
    expect(early).toEqual([])
  })
})

describe('malformed records', () => {
  const malformed = make(20_000, { malformed: 0.5 }).filter(({ kind }) => kind === 'malformed')

  /** The parsed JSON, `unreadable` if the value is not JSON, undefined for no value. */
  function read(value: Buffer | null): unknown {
    if (value === null) return undefined
    try {
      return JSON.parse(value.toString())
    } catch {
      return 'unreadable'
    }
  }

  test('no malformed record is a JSON object with a usable id', () => {
    const usable = malformed.filter(({ value }) => {
      const json = read(value)
      const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined
      return typeof id === 'string' && id !== ''
    })
    expect(usable).toEqual([])
  })

  test('every kind of malformed record occurs', () => {
    const ways = new Set(
      malformed.map(({ value }) => {
        const json = read(value)
        if (json === undefined || json === 'unreadable') return value === null ? 'no value' : 'no JSON'
        if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'no object'
        return 'id' in json ? 'empty id' : 'no id'
      }),
    )
    expect(ways).toEqual(new Set(['no value', 'no JSON', 'no object', 'no id', 'empty id']))
  })
})
