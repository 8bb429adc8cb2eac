import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonCodec } from './json-codec.ts'
import { TimedStore } from './store.ts'

const bytes = fc.oneof(
  fc.constantFrom('00', '0000', '6100', '61', 'ff', 'fe', 'c3', 'c3a9', 'e9', 'efbfbd', ''),
  fc.uint8Array({ maxLength: 3 }).map((raw) => Buffer.from(raw).toString('hex')),
)
const time = fc.oneof(fc.nat(600), fc.constantFrom(1e6, 1e13))
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ put: bytes, forgetAt: fc.option(time, { nil: undefined }) }) },
  { weight: 2, arbitrary: fc.record({ remove: bytes }) },
  { weight: 2, arbitrary: fc.record({ advance: time }) },
  { weight: 1, arbitrary: fc.record({ take: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ bound: time }) },
)

describe('a store', () => {
  test('finds a value by the bytes of its key, whatever buffer they are in', () => {
    const store = new TimedStore<string>(100, jsonCodec())
    store.put(Buffer.from('key'), 'value')
    expect(store.get(Buffer.from('a key').subarray(2))).toBe('value')
    expect(store.get(Buffer.from('ke'))).toBeUndefined()
  })

  test('keeps a key when the caller reuses its buffer', () => {
    const store = new TimedStore<string>(100, jsonCodec())
    const key = Buffer.from('key')
    store.put(key, 'value')
    key.fill('x')
    expect(store.get(Buffer.from('key'))).toBe('value')
    expect(store.takeChanges()).toEqual([
      { key: Buffer.from('key'), value: Buffer.from('"value"'), forgetAt: Number.POSITIVE_INFINITY },
    ])
  })

  test('forgets an entry exactly at its time, before it is removed', () => {
    const store = new TimedStore<string>(25_600, jsonCodec())
    store.put(Buffer.from('a'), 'value', 50)
    store.advance(49)
    expect(store.get(Buffer.from('a'))).toBe('value')
    store.advance(50)
    expect(store.get(Buffer.from('a'))).toBeUndefined()
    expect(store.size).toBe(1)
  })

  test('replaces an entry that is over but not yet removed', () => {
    const store = new TimedStore<string>(25_600, jsonCodec())
    store.put(Buffer.from('a'), 'old', 50)
    store.advance(50)
    store.put(Buffer.from('a'), 'new', 500)
    store.advance(400)
    expect(store.get(Buffer.from('a'))).toBe('new')
    expect(store.size).toBe(1)
  })

  test('has a stream time that never goes back', () => {
    const store = new TimedStore<string>(100, jsonCodec())
    for (const time of [5, 3, 7, 0]) store.advance(time)
    store.restoreStreamTime(6)
    expect(store.streamTime).toBe(7)
    store.restoreStreamTime(9)
    expect(store.streamTime).toBe(9)
  })

  test('reports a changed key once, with its last value', () => {
    const store = new TimedStore<number>(100, jsonCodec())
    store.put(Buffer.from('a'), 1, 10)
    store.put(Buffer.from('a'), 2, 20)
    expect(store.takeChanges()).toEqual([{ key: Buffer.from('a'), value: Buffer.from('2'), forgetAt: 20 }])
    expect(store.takeChanges()).toEqual([])
    store.advance(1_000)
    expect(store.takeChanges()).toEqual([{ key: Buffer.from('a'), value: undefined, forgetAt: 0 }])
    store.advance(2_000)
    expect(store.takeChanges()).toEqual([])
  })

  test('reports no restored entry as changed, and the removal of an entry that was over when it was restored', () => {
    const store = new TimedStore<number>(100, jsonCodec())
    store.restore(Buffer.from('a'), Buffer.from('1'), 10)
    store.restore(Buffer.from('b'), Buffer.from('1'), 10)
    store.restoreRemoval(Buffer.from('b'))
    store.restoreRemoval(Buffer.from('c'))
    store.restoreStreamTime(500)
    expect(store.takeChanges()).toEqual([])
    expect(store.get(Buffer.from('a'))).toBeUndefined()
    store.advance(501)
    expect(store.takeChanges().map(({ key }) => String(key))).toEqual(['a'])
  })

  test('forgets a deleted key at once, and reports its removal once', () => {
    const store = new TimedStore<number>(100, jsonCodec())
    store.restore(Buffer.from('a'), Buffer.from('1'), 10)
    store.put(Buffer.from('b'), 2, 10)
    store.delete(Buffer.from('a'))
    store.delete(Buffer.from('a'))
    store.delete(Buffer.from('never there'))
    expect([store.get(Buffer.from('a')), store.size]).toEqual([undefined, 1])
    expect(store.takeChanges().map(({ key, value }) => [String(key), value])).toEqual([
      ['b', Buffer.from('2')],
      ['a', undefined],
    ])
    store.advance(1_000)
    expect(store.takeChanges().map(({ key }) => String(key))).toEqual(['b'])
  })

  test('keeps a key that is put after it was deleted', () => {
    const store = new TimedStore<number>(100, jsonCodec())
    store.put(Buffer.from('a'), 1, 10)
    store.delete(Buffer.from('a'))
    store.put(Buffer.from('a'), 2, 500)
    store.advance(100)
    expect(store.get(Buffer.from('a'))).toBe(2)
    expect(store.takeChanges()).toEqual([{ key: Buffer.from('a'), value: Buffer.from('2'), forgetAt: 500 }])
  })

  test('stays small when the same keys are put and deleted over and over', () => {
    const store = new TimedStore<number>(256, jsonCodec())
    for (let round = 0; round < 200_000; round += 1) {
      const key = Buffer.from(`key-${round % 10}`)
      store.put(key, round, 1_000_000)
      store.delete(key)
      if (round % 1_000 === 0) store.takeChanges()
    }
    expect([store.size, store.liveBytes]).toEqual([0, 0])
    expect(store.bytes).toBeLessThan(3_000_000)
  })

  test('has a live size that is proportional to its entries, few or many', () => {
    const store = new TimedStore<number>(256, jsonCodec())
    expect(store.liveBytes).toBe(0)
    const perEntry = [10, 10_000, 100_000].map((size) => {
      while (store.size < size) store.put(Buffer.from(`id-${1_000_000 + store.size}`), 1, 10)
      expect(store.liveBytes).toBeLessThanOrEqual(store.bytes)
      return store.liveBytes / size
    })
    for (const bytes of perEntry) {
      expect(bytes).toBeGreaterThan('id-1000000'.length + 1)
      expect(bytes).toBeLessThan(80)
    }
    store.advance(10_000)
    expect([store.size, store.liveBytes]).toEqual([0, 0])
  })

  test('reuses the slot of an entry that is gone', () => {
    const store = new TimedStore<number>(256, jsonCodec())
    for (let time = 0; time < 5_000; time += 1) {
      store.advance(time)
      store.put(Buffer.from(String(time)), time, time + 10)
      for (let back = 0; back < 10; back += 1) {
        if (time >= back) expect(store.get(Buffer.from(String(time - back)))).toBe(time - back)
      }
    }
    expect(store.size).toBeLessThanOrEqual(12)
  })

  test('behaves as a map whose entries expire, whatever the bytes of their keys', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 256, 300, 25_600),
        fc.array(operation, { maxLength: 80 }),
        (retentionMs, operations) => {
          const width = Math.ceil(retentionMs / 256)
          const store = new TimedStore<number>(retentionMs, jsonCodec())
          const model = new Map<string, { value: number; forgetAt: number }>()
          const told = new Map<string, number>()
          let now = Number.NEGATIVE_INFINITY
          const takeChanges = () => {
            const keys = store.takeChanges().map(({ key, value }) => {
              const name = key.toString('hex')
              if (value === undefined) told.delete(name)
              else told.set(name, Number(value))
              return name
            })
            expect(new Set(keys).size).toBe(keys.length)
          }
          for (const [value, one] of operations.entries()) {
            if ('put' in one) {
              store.put(Buffer.from(one.put, 'hex'), value, one.forgetAt)
              model.set(one.put, { value, forgetAt: one.forgetAt ?? Number.POSITIVE_INFINITY })
            } else if ('remove' in one) {
              store.delete(Buffer.from(one.remove, 'hex'))
              model.delete(one.remove)
            } else if ('bound' in one) {
              store.bound(one.bound)
              for (const entry of model.values()) entry.forgetAt = Math.min(entry.forgetAt, one.bound)
            } else if ('take' in one) {
              takeChanges()
            } else if (one.advance > now) {
              store.advance(one.advance)
              now = one.advance
              const isOver = (at: number) => Math.floor(at / width) < Math.floor(now / width)
              for (const [name, { forgetAt }] of model) if (isOver(forgetAt)) model.delete(name)
            } else {
              store.advance(one.advance)
            }
            expect(store.size).toBe(model.size)
            expect(store.streamTime).toBe(now)
            for (const [name, entry] of model) {
              const isOver = entry.forgetAt <= now
              expect(store.get(Buffer.from(name, 'hex'))).toBe(isOver ? undefined : entry.value)
            }
          }
          takeChanges()
          expect(new Map([...model].map(([name, entry]) => [name, entry.value]))).toEqual(told)
        },
      ),
      { numRuns: 500 },
    )
  })
})
