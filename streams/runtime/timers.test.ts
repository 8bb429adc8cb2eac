import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamRecord } from '../../kafka/protocol/record.ts'
import { jsonCodec } from '../store/json-codec.ts'
import { type Context, type Processor, UnprocessableRecord } from './processor.ts'
import { Task } from './task.ts'
import { TestDriver } from './test-driver.ts'
import type { Topology } from './topology.ts'

/** An instruction to the tested processor, in the value of a record. */
type Order =
  | { readonly do: 'schedule'; readonly key: string; readonly in: number; readonly clock?: string }
  | { readonly do: 'cancel'; readonly key: string; readonly clock?: string }
  | { readonly do: 'tick'; readonly clock: string; readonly time: number }
  | { readonly do: 'nothing' }
  | { readonly do: 'fail' }

type Stores = { readonly fired: number }

/** Obeys orders, says which timers it was called for, and how often that was. A timer whose key is a number comes again. */
const obedient: Processor<number, never, Stores> = {
  name: 'obedient',
  codec: jsonCodec<number>(),
  stores: { fired: jsonCodec<number>() },
  process({ value, timestamp }, context) {
    const order = JSON.parse(String(value)) as Order
    if (order.do === 'schedule') context.schedule(Buffer.from(order.key), timestamp + order.in, order.clock)
    if (order.do === 'cancel') context.cancel(Buffer.from(order.key), order.clock)
    if (order.do === 'tick') context.tick(order.clock, order.time)
    if (order.do === 'fail') throw new UnprocessableRecord('NO_ID', 'ordered to fail')
  },
  onTimer(key, at, context, clock) {
    const times = (context.stores.fired.get(key) ?? 0) + 1
    context.stores.fired.put(key, times, context.streamTime + 200)
    const value = Buffer.from(`${clock ?? 'stream time'} ${at} #${times} at ${context.streamTime}`)
    context.forward('fired', { key, value, headers: [], timestamp: context.recordTimestamp })
    if (/^\d+$/.test(String(key))) context.schedule(key, at + Number(key), clock)
  },
}

const order = (timestamp: number, what: Order) => ({ timestamp, value: Buffer.from(JSON.stringify(what)) })
const nothing = (timestamp: number) => order(timestamp, { do: 'nothing' })

function fired<V, E, S>(run: TestDriver<V, E, S>): string[] {
  return run.outputOf('fired').map(({ key, value }) => `${key}: ${value}`)
}

describe('timers', () => {
  test('fire when stream time reaches them, by time and then by key, before the record that moved it', () => {
    const run = new TestDriver(obedient)
    run.pipeAll([
      order(10, { do: 'schedule', key: 'b', in: 5 }),
      order(10, { do: 'schedule', key: 'c', in: 1 }),
      order(10, { do: 'schedule', key: 'a', in: 5 }),
      nothing(10),
    ])
    run.commit()
    expect(fired(run)).toEqual([])
    run.pipe(order(15, { do: 'cancel', key: 'a' }))
    run.commit()
    expect(fired(run)).toEqual([
      'c: stream time 11 #1 at 11',
      'a: stream time 15 #1 at 15',
      'b: stream time 15 #1 at 15',
    ])
    expect(run.entriesOf()).toEqual({ main: 0, fired: 3, timers: 0 })
  })

  test('see the stores as they are at their time, however far the record jumps', () => {
    const run = new TestDriver(obedient, { retentionMs: 256 })
    run.pipeAll([order(0, { do: 'schedule', key: '150', in: 100 }), nothing(600)])
    run.commit()
    // Each firing finds the count of the one before, 150 ms ago, which is forgotten after 200 ms.
    expect(fired(run).map((line) => line.slice(5))).toEqual([
      'stream time 100 #1 at 100',
      'stream time 250 #2 at 250',
      'stream time 400 #3 at 400',
      'stream time 550 #4 at 550',
    ])
  })

  test('that are set to a time that is over fire as soon as stream time moves on', () => {
    const run = new TestDriver(obedient)
    run.pipeAll([order(10, { do: 'schedule', key: 'late', in: -100 }), nothing(10)])
    run.commit()
    expect(fired(run)).toEqual([])
    run.pipe(nothing(12))
    run.commit()
    expect(fired(run)).toEqual(['late: stream time 11 #1 at 11'])
  })

  test('of a clock of the processor’s own fire when the processor moves it, and the clock may go back', () => {
    const run = new TestDriver(obedient)
    run.pipeAll([
      order(10, { do: 'schedule', key: 'a', in: 90, clock: 'own' }),
      nothing(1_000),
      order(1_000, { do: 'tick', clock: 'other', time: 100 }),
      order(1_000, { do: 'tick', clock: 'own', time: 99 }),
    ])
    run.commit()
    expect(fired(run)).toEqual([])
    run.pipeAll([
      order(1_000, { do: 'tick', clock: 'own', time: 100 }),
      order(1_000, { do: 'schedule', key: 'b', in: -990, clock: 'own' }),
      order(1_000, { do: 'tick', clock: 'own', time: 20 }),
    ])
    run.commit()
    expect(fired(run)).toEqual(['a: own 100 #1 at 1000', 'b: own 10 #1 at 1000'])
  })

  test('send their output although the record that called them becomes a dead-letter record', () => {
    const run = new TestDriver(obedient)
    run.pipeAll([order(0, { do: 'schedule', key: 'a', in: 5 }), order(10, { do: 'fail' })])
    run.commit()
    expect(fired(run)).toHaveLength(1)
    expect(run.deadLetters).toHaveLength(1)
    expect(run.entriesOf()).toMatchObject({ timers: 0 })
  })
})

const TOPOLOGY: Topology = {
  input: 'in',
  deadLetters: 'in-dlq',
  changelogs: { main: 'log', fired: 'fired-log', timers: 'timers-log' },
  retentionMs: 1_000,
  route: (topic) => ({ topic, partition: 0 }),
}

function task(processor: Processor<number, never, Stores>) {
  return new Task(processor, TOPOLOGY, 0)
}

const record = (offset: number, timestamp: number, what: Order): StreamRecord => ({
  partition: 0,
  offset,
  key: null,
  headers: [],
  timestamp,
  value: Buffer.from(JSON.stringify(what)),
})

describe('a timer that cannot do its work', () => {
  test.each([new Error('broken'), new UnprocessableRecord('NO_ID', 'broken')])(
    'is a fault that names the timer, and no dead-letter record, whatever its error is',
    (error) => {
      const broken = task({
        ...obedient,
        onTimer: () => {
          throw error
        },
      })
      const records = [record(0, 0, { do: 'schedule', key: 'a', in: 5 }), record(1, 9, { do: 'nothing' })]
      expect(() => broken.process(records)).toThrow('obedient: the timer "a" failed: broken')
    },
  )

  test('is a fault where the broker refuses what it sends: later records are not to blame', () => {
    const output = task(obedient).process(
      [record(0, 0, { do: 'schedule', key: 'a', in: 5 }), record(1, 9, { do: 'nothing' })],
      [],
      { isTraced: true },
    )
    const sent = output.find(({ topic }) => topic === 'fired')
    expect([sent?.isOfTimer, sent?.source?.offset]).toEqual([true, 1])
    const refused = new Map([
      [1, [{ code: 'TOO_LARGE', topic: 'fired', reason: 'large', isOfTimer: true } as const]],
    ])
    const again = task(obedient)
    expect(() => again.process([record(1, 9, { do: 'nothing' })], [], { refused })).toThrow(
      'obedient: a timer failed: fired refused its output: large',
    )
  })

  test('may not move a clock', () => {
    const ticking: Processor<number, never, Stores> = {
      ...obedient,
      onTimer: (_, __, context: Context<number, Stores>) => context.tick('own', 1),
    }
    const records = [record(0, 0, { do: 'schedule', key: 'a', in: 5 }), record(1, 9, { do: 'nothing' })]
    expect(() => task(ticking).process(records)).toThrow('a timer may not move a clock')
  })

  test('cannot be set by a processor without onTimer', () => {
    const { onTimer: _, ...without } = obedient
    expect(() => task(without).process([record(0, 0, { do: 'schedule', key: 'a', in: 5 })])).toThrow(
      'obedient sets a timer and has no onTimer',
    )
  })
})

const name = fc.constantFrom('a', 'b', 'c', '7', '40')
const clock = fc.constantFrom(undefined, 'own', 'other')
const anyOrder: fc.Arbitrary<Order> = fc.oneof(
  fc
    .record({ key: name, in: fc.integer({ min: -20, max: 100 }), clock })
    .map(({ clock: of, ...rest }) => ({ do: 'schedule', ...rest, ...(of && { clock: of }) }) as const),
  fc
    .record({ key: name, clock })
    .map(({ clock: of, ...rest }) => ({ do: 'cancel', ...rest, ...(of && { clock: of }) }) as const),
  fc.record({ do: fc.constant('tick' as const), clock: fc.constantFrom('own', 'other'), time: fc.nat(300) }),
  fc.constantFrom({ do: 'nothing' } as const, { do: 'fail' } as const),
)
const steps = fc.array(
  fc.record({
    order: anyOrder,
    after: fc.oneof(fc.nat(10), fc.integer({ min: -20, max: 120 })),
    ending: fc.constantFrom('go on', 'commit', 'abort', 'restart'),
  }),
  { maxLength: 40 },
)

/** The firings of a log by their definition: all timers in one list, which is searched from end to end. */
function firedByDefinition(log: readonly { readonly timestamp: number; readonly order: Order }[]): string[] {
  const timers = new Map<string, { key: string; clock: string; at: number }>()
  const lines: string[] = []
  let streamTime = Number.NEGATIVE_INFINITY
  const set = (key: string, of: string, at: number, now: number) =>
    timers.set(`${of}/${key}`, { key, clock: of, at: Math.max(at, now + 1) })
  const fire = (of: string, time: number) => {
    for (;;) {
      const [next] = [...timers.values()]
        .filter((timer) => timer.clock === of && timer.at <= time)
        .sort((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1))
      if (!next) return
      timers.delete(`${of}/${next.key}`)
      if (of === '') streamTime = next.at
      lines.push(`${next.key} ${of} ${next.at} at ${streamTime}`)
      if (/^\d+$/.test(next.key)) set(next.key, of, next.at + Number(next.key), next.at)
    }
  }
  for (const { timestamp, order: what } of log) {
    if (timestamp > streamTime) {
      fire('', timestamp)
      streamTime = timestamp
    }
    if (what.do === 'tick') fire(what.clock, what.time)
    if (what.do === 'cancel') timers.delete(`${what.clock ?? ''}/${what.key}`)
    if (what.do === 'schedule') {
      const of = what.clock ?? ''
      set(what.key, of, timestamp + what.in, of === '' ? streamTime : Number.NEGATIVE_INFINITY)
    }
  }
  return lines
}

/** The same firings as `firedByDefinition` writes them, from the output of a run. */
function linesOf(run: TestDriver<number, never, Stores>): string[] {
  return run.outputOf('fired').map(({ key, value }) => {
    const [, of, at, time] = /^(.*) (-?\d+) #\d+ at (-?\d+)$/.exec(String(value)) ?? []
    return `${key} ${of === 'stream time' ? '' : of} ${at} at ${time}`
  })
}

test('the same log gives the timers of the definition, in its order, through crashes between any two batches', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const run = new TestDriver(obedient)
      const whole = new TestDriver(obedient)
      const log: { timestamp: number; order: Order }[] = []
      let time = 50
      for (const { order: what, after, ending } of all) {
        time = Math.max(0, time + after)
        log.push({ timestamp: time, order: what })
        run.pipe(order(time, what))
        if (ending === 'abort') run.abort()
        else if (ending !== 'go on') run.commit()
        if (ending === 'restart') run.restart()
      }
      run.commit()
      whole.pipeAll(log.map(({ timestamp, order: what }) => order(timestamp, what)))
      whole.commit()
      expect(linesOf(run)).toEqual(firedByDefinition(log))
      const withoutTimes = ({ headers: _, ...rest }: (typeof run.output)[number]) => rest
      expect(run.output.map(withoutTimes)).toEqual(whole.output.map(withoutTimes))
    }),
    { numRuns: 500 },
  )
}, 30_000)
