import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonCodec } from './json-codec.ts'
import { TimedStore } from './store.ts'

const MIB = 2 ** 20
const step = fc.record({
  key: fc.nat(30),
  /** Up to twice a segment. */
  length: fc.oneof(fc.nat(40), fc.nat(200_000), fc.constantFrom(2 * MIB)),
})

test('a store’s memory stays proportional to its contents while values grow, shrink and expire', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const store = new TimedStore<string>(256, jsonCodec())
      const model = new Map<string, { value: string; until: number }>()
      for (const [now, { key, length }] of steps.entries()) {
        store.advance(now)
        const value = String(now % 10).repeat(length)
        store.put(Buffer.from(`key-${key}`), value, now + 40)
        model.set(`key-${key}`, { value, until: now + 40 })
        for (const [name, { until }] of model) if (until <= now) model.delete(name)
        store.takeChanges()
        const held = [...model.values()].reduce((sum, one) => sum + one.value.length + 64, 0)
        // Segments are freed as a whole, so one entry can hold 1 MiB, until more than half of all is waste.
        expect(store.bytes).toBeLessThan(2 * held + 7 * MIB)
      }
      for (const [name, { value }] of model) expect(store.get(Buffer.from(name))).toBe(value)
    }),
    { numRuns: 30 },
  )
})

test('the memory of a hundred thousand entries is freed when they expire', () => {
  const store = new TimedStore<number>(256, jsonCodec())
  for (let index = 0; index < 100_000; index += 1)
    store.put(Buffer.from(`key-${index}`), index, index % 1_000)
  for (let index = 0; index < 100_000; index += 97) expect(store.get(Buffer.from(`key-${index}`))).toBe(index)
  const full = store.bytes
  store.advance(2_000)
  expect(store.size).toBe(0)
  // The entries' bytes are freed; the columns stay allocated for new entries.
  expect(store.bytes).toBeLessThan(full * 0.65)
  expect(store.takeChanges()).toHaveLength(100_000)
})
