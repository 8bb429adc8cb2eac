import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import { applyChangelog, changelogRecords } from './changelog.ts'
import { STREAM_TIME, type Timer, TimerQueue } from './timer-queue.ts'

const key = fc.uint8Array({ maxLength: 2 }).map((raw) => Buffer.from(raw))
const clock = fc.constantFrom(STREAM_TIME, 'web-1', 'web-2', '\ud800')
const at = fc.oneof(fc.nat(20), fc.integer({ min: -5, max: 1_000 }), fc.constantFrom(1e13, 0.5))
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ schedule: key, at, clock }) },
  { weight: 2, arbitrary: fc.record({ cancel: key, clock }) },
  { weight: 2, arbitrary: fc.record({ take: at, clock }) },
  { weight: 1, arbitrary: fc.record({ restart: fc.constantFrom('log', 'compacted') }) },
)

function drain(queue: TimerQueue, time: number, of?: string): Timer[] {
  const taken: Timer[] = []
  for (let timer = queue.takeDue(time, of); timer; timer = queue.takeDue(time, of)) taken.push(timer)
  return taken
}

const texts = (timers: readonly Timer[]) => timers.map((timer) => [String(timer.key), timer.at])

describe('the timer queue', () => {
  test('gives timers by time, and by the bytes of the key at the same time', () => {
    const queue = new TimerQueue()
    for (const [name, time] of [
      ['b', 2],
      ['c', 1],
      ['a', 2],
      ['B', 2],
    ] as const)
      queue.schedule(Buffer.from(name), time)
    expect(queue.takeDue(0)).toBeUndefined()
    expect(texts(drain(queue, 2))).toEqual([
      ['c', 1],
      ['B', 2],
      ['a', 2],
      ['b', 2],
    ])
    expect(queue.size).toBe(0)
  })

  test('keeps one timer of a key, at the time set last', () => {
    const queue = new TimerQueue()
    for (const time of [5, 9, 3, 7]) queue.schedule(Buffer.from('a'), time)
    expect(texts(drain(queue, 6))).toEqual([])
    expect(texts(drain(queue, 7))).toEqual([['a', 7]])
  })

  test('keeps the timers of each clock apart', () => {
    const queue = new TimerQueue()
    queue.schedule(Buffer.from('a'), 5)
    queue.schedule(Buffer.from('a'), 5, 'web-1')
    queue.cancel(Buffer.from('a'), 'web-2')
    expect(texts(drain(queue, 5, 'web-2'))).toEqual([])
    expect(texts(drain(queue, 5, 'web-1'))).toEqual([['a', 5]])
    expect(texts(drain(queue, 5))).toEqual([['a', 5]])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses the time %d, which no clock reaches',
    (time) => {
      expect(() => new TimerQueue().schedule(Buffer.from('a'), time)).toThrow(RangeError)
    },
  )

  test('compares a few keys for each timer, however many timers there are', () => {
    let compared = 0
    const compare = Buffer.prototype.compare
    Buffer.prototype.compare = function (this: Buffer, ...args: Parameters<Buffer['compare']>) {
      compared += 1
      return Reflect.apply(compare, this, args)
    }
    try {
      const queue = new TimerQueue()
      const count = 50_000
      for (let index = 0; index < count; index += 1) queue.schedule(Buffer.from(`key-${index}`), 1_000)
      for (let index = 0; index < count; index += 2) queue.cancel(Buffer.from(`key-${index}`))
      expect(drain(queue, 1_000)).toHaveLength(count / 2)
      // Three operations of at most two comparisons for each of log2(50,000) levels.
      expect(compared).toBeLessThan(count * 3 * 2 * 16)
      expect([queue.size, queue.liveBytes]).toEqual([0, 0])
    } finally {
      Buffer.prototype.compare = compare
    }
  }, 60_000)

  test('gives the same timers as a list that is sorted each time, restored from its changelog at any moment', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        let queue = new TimerQueue()
        const log: OutputRecord[] = []
        let model: { clock: string; key: Buffer; at: number }[] = []
        const without = (of: string, removed: Buffer) =>
          model.filter((timer) => timer.clock !== of || !timer.key.equals(removed))
        for (const one of operations) {
          if ('schedule' in one) {
            queue.schedule(one.schedule, one.at, one.clock)
            model = [...without(one.clock, one.schedule), { clock: one.clock, key: one.schedule, at: one.at }]
          } else if ('cancel' in one) {
            queue.cancel(one.cancel, one.clock)
            model = without(one.clock, one.cancel)
          } else if ('take' in one) {
            const due = model.filter((timer) => timer.clock === one.clock && timer.at <= one.take)
            due.sort((left, right) => left.at - right.at || left.key.compare(right.key))
            model = model.filter((timer) => !due.includes(timer))
            const taken = drain(queue, one.take, one.clock)
            expect(taken).toEqual(due.map((timer) => ({ key: timer.key, at: timer.at })))
          } else {
            log.push(...changelogRecords(queue, { topic: 'timers', partition: 0 }, 0))
            const last = new Map(log.map((record) => [record.key?.toString('hex'), record]))
            const read = one.restart === 'log' ? log : [...last.values()].reverse()
            queue = new TimerQueue()
            applyChangelog(
              queue,
              read.map((record, offset) => ({ ...record, offset })),
            )
            expect(queue.takeChanges()).toEqual([])
          }
          expect(queue.size).toBe(model.length)
        }
      }),
      { numRuns: 500 },
    )
  })
})
