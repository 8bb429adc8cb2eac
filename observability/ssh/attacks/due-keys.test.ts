import { expect, test } from 'vitest'
import { jsonCodec } from '../../../streams/store/json-codec.ts'
import { type Store, TimedStore } from '../../../streams/store/store.ts'
import { DueKeys, type Schedule } from './due-keys.ts'

const WINDOW_MS = 16_000

/** A store that counts what is done with it, and how large its entries get. */
class CountingStore implements Store<Schedule> {
  operations = 0
  largest = 0
  readonly #codec = jsonCodec<Schedule>()
  readonly #store = new TimedStore<Schedule>(WINDOW_MS, this.#codec)

  get(key: Buffer): Schedule | undefined {
    this.operations += 1
    return this.#store.get(key)
  }

  put(key: Buffer, value: Schedule, forgetAt?: number): void {
    this.operations += 1
    this.largest = Math.max(this.largest, key.length + this.#codec.encode(value).length)
    this.#store.put(key, value, forgetAt)
  }

  delete(key: Buffer): void {
    this.operations += 1
    this.#store.delete(key)
  }

  advance(streamTime: number): number {
    this.#store.advance(streamTime)
    return this.#store.size
  }
}

test.each([1_000, 200_000])(
  '%i keys due in one slice all come back, at a cost in proportion',
  (count) => {
    const store = new CountingStore()
    const due = new DueKeys(WINDOW_MS)
    for (let at = 0; at < count; at += 1) due.add(store, { key: `2001:db8::${at}`, id: `attack ${at}` }, 500)
    expect(store.operations).toBeLessThan(5 * count)
    expect(due.take(store, 999, 999)).toEqual([])
    const taken = due.take(store, 1_000, 1_000)
    expect(taken.map(({ key }) => key)).toEqual(Array.from({ length: count }, (_, at) => `2001:db8::${at}`))
    expect(store.operations).toBeLessThan(8 * count)
    expect(store.largest).toBeLessThan(1_000)
    // Nothing of them is left.
    expect(store.advance(100_000)).toBe(0)
    expect(due.take(store, 100_000, 100_000)).toEqual([])
  },
  60_000,
)

test('keys come back in the order in which they are due, each once', () => {
  const store = new CountingStore()
  const due = new DueKeys(WINDOW_MS)
  for (const at of [9_500, 500, 4_500, 700]) due.add(store, { key: `at ${at}`, id: 'a' }, at)
  expect(due.take(store, 5_000, 5_000).map(({ key }) => key)).toEqual(['at 500', 'at 700', 'at 4500'])
  due.add(store, { key: 'at 500', id: 'a' }, 6_500)
  expect(due.take(store, 20_000, 20_000).map(({ key }) => key)).toEqual(['at 500', 'at 9500'])
  expect(due.take(store, 90_000, 90_000)).toEqual([])
})

test('each lane has a clock of its own, and what is never taken is forgotten', () => {
  const store = new CountingStore()
  const due = new DueKeys(WINDOW_MS)
  const lane = { name: ' web-1', forgetAt: 50_000 }
  due.add(store, { key: 'a', id: '1' }, 500, lane)
  due.add(store, { key: 'b', id: '1' }, 9_500, lane)
  expect(due.take(store, 5_000, 0)).toEqual([])
  expect(due.take(store, 5_000, 0, lane).map(({ key }) => key)).toEqual(['a'])
  expect(due.take(store, 5_000, 0, { ...lane, name: ' web-2' })).toEqual([])
  store.advance(100_000)
  expect(due.take(store, 1e9, 100_000, lane)).toEqual([])
  expect(store.advance(200_000)).toBe(0)
})

test('a lane whose clock runs wild stays small', () => {
  const store = new CountingStore()
  const due = new DueKeys(WINDOW_MS)
  const lane = { name: ' web-1', forgetAt: 50_000 }
  for (let at = 0; at < 5_000; at += 1) due.add(store, { key: 'a', id: `${at}` }, at * 1e8, lane)
  expect(store.largest).toBeLessThan(100_000)
})
