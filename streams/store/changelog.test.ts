import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import { applyChangelog, changelogRecords } from './changelog.ts'
import type { Clock } from './clock.ts'
import { type Codec, TimedStore } from './store.ts'

const PLACE = { topic: 'changelog', partition: 3 }
const NOW = 1_234
const TEXT: Codec<string> = {
  encode: (value) => Buffer.from(value),
  decode: (bytes) => bytes.toString(),
}

function readBack(written: readonly OutputRecord[]): StreamRecord[] {
  return written.map(({ topic: _, ...record }, offset) => ({ ...record, offset }))
}

function write(store: TimedStore<string>): OutputRecord[] {
  return changelogRecords(store, PLACE, NOW)
}

const key = fc.uint8Array({ minLength: 1, maxLength: 2 }).map((raw) => Buffer.from(raw))
const time = fc.oneof(fc.nat(1_000), fc.constantFrom(1e13, 0.5))
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ key, value: fc.string(), forgetAt: fc.option(time, { nil: undefined }) }),
  },
  { weight: 2, arbitrary: fc.record({ remove: key }) },
  { weight: 2, arbitrary: fc.record({ advance: time }) },
  { weight: 1, arbitrary: fc.record({ commit: fc.constant(true) }) },
)

describe('a changelog', () => {
  test('is written to the given partition with the given time', () => {
    const store = new TimedStore<string>(100, TEXT)
    store.put(Buffer.from('a'), 'value', 10)
    expect(write(store)).toEqual([
      {
        ...PLACE,
        timestamp: NOW,
        key: Buffer.from('a'),
        value: Buffer.from('4024000000000000' + '76616c7565', 'hex'),
        headers: [],
      },
    ])
  })

  test('has a tombstone for an entry that is gone, and stream time under the empty key', () => {
    const store = new TimedStore<string>(100, TEXT)
    store.put(Buffer.from('a'), 'value', 10)
    write(store)
    store.advance(1_000)
    expect(write(store).map(({ key, value }) => [key?.toString(), value?.readDoubleBE(0)])).toEqual([
      ['a', undefined],
      ['', 1_000],
    ])
  })

  test('marks the clock of its stream time: a store with another clock ignores it', () => {
    const written = (clock: Clock) => {
      const store = new TimedStore<string>(100, TEXT)
      store.advance(500)
      return readBack(changelogRecords(store, PLACE, NOW, clock))
    }
    const read = (of: Clock, by: Clock) => {
      const store = new TimedStore<string>(100, TEXT)
      applyChangelog(store, written(of), by)
      return store.streamTime
    }
    expect(read('append time', 'append time')).toBe(500)
    expect(read('event time', 'event time')).toBe(500)
    expect(read('event time', 'append time')).toBe(Number.NEGATIVE_INFINITY)
    expect(read('append time', 'event time')).toBe(Number.NEGATIVE_INFINITY)
  })

  test('of an unused store is empty', () => {
    expect(write(new TimedStore<string>(100, TEXT))).toEqual([])
  })

  test('may hold records without a key, which are ignored', () => {
    const store = new TimedStore<string>(100, TEXT)
    const record = { partition: 0, offset: 0, timestamp: 0, headers: [], key: null, value: Buffer.alloc(8) }
    applyChangelog(store, [record, { ...record, key: Buffer.alloc(0), value: null }])
    expect([store.size, store.streamTime]).toEqual([0, Number.NEGATIVE_INFINITY])
  })

  test('restores the largest stream time in it', () => {
    const store = new TimedStore<string>(100, TEXT)
    const records = [500, 700, 600].map((time) => {
      const other = new TimedStore<string>(100, TEXT)
      other.advance(time)
      return readBack(write(other))
    })
    applyChangelog(store, records.flat())
    expect(store.streamTime).toBe(700)
  })

  test('restores the store, read in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (operations, size) => {
          const store = new TimedStore<string>(300, TEXT)
          const written: OutputRecord[] = []
          for (const one of operations) {
            if ('key' in one) store.put(one.key, one.value, one.forgetAt)
            else if ('remove' in one) store.delete(one.remove)
            else if ('advance' in one) store.advance(one.advance)
            else written.push(...write(store))
          }
          written.push(...write(store))
          const restored = new TimedStore<string>(300, TEXT)
          const log = readBack(written)
          for (let from = 0; from < log.length; from += size) {
            applyChangelog(restored, log.slice(from, from + size))
          }
          expect([restored.size, restored.streamTime]).toEqual([store.size, store.streamTime])
          for (const { key } of log) {
            if (key?.length) expect(restored.get(key)).toBe(store.get(key))
          }
          expect(restored.takeChanges()).toEqual([])
          for (const both of [store, restored]) both.advance(Number.MAX_SAFE_INTEGER)
          expect(restored.size).toBe(store.size)
        },
      ),
    )
  })

  test('restores what a map would hold, in whatever order keys are put, deleted, expired and restored', () => {
    const restart = { weight: 1, arbitrary: fc.record({ restart: fc.constantFrom('log', 'compacted') }) }
    fc.assert(
      fc.property(fc.array(fc.oneof(operation, restart), { maxLength: 80 }), (operations) => {
        let store = new TimedStore<string>(300, TEXT)
        let now = Number.NEGATIVE_INFINITY
        const log: OutputRecord[] = []
        const model = new Map<string, { key: Buffer; value: string; forgetAt: number }>()
        for (const one of operations) {
          if ('key' in one) {
            const { key, value, forgetAt = Number.POSITIVE_INFINITY } = one
            store.put(key, value, forgetAt)
            model.set(key.toString('hex'), { key, value, forgetAt })
          } else if ('remove' in one) {
            store.delete(one.remove)
            model.delete(one.remove.toString('hex'))
          } else if ('advance' in one) {
            store.advance(one.advance)
            now = Math.max(now, one.advance)
          } else {
            log.push(...write(store))
          }
          if ('restart' in one) {
            const last = new Map(log.map((record) => [record.key?.toString('hex'), record]))
            store = new TimedStore<string>(300, TEXT)
            applyChangelog(store, readBack(one.restart === 'log' ? log : [...last.values()]))
          }
          const held = [...model.values()].filter(({ forgetAt }) => forgetAt > now)
          for (const { key, value } of held) expect(store.get(key)).toBe(value)
          expect(store.streamTime).toBe(now)
          for (const { key } of log) {
            const isHeld = held.some((entry) => key?.equals(entry.key))
            if (key?.length && !isHeld) expect(store.get(key)).toBeUndefined()
          }
        }
        store.advance(2e13)
        const forever = [...model.values()].filter(({ forgetAt }) => forgetAt === Number.POSITIVE_INFINITY)
        expect(store.size).toBe(forever.length)
      }),
      { numRuns: 300 },
    )
  })
})
