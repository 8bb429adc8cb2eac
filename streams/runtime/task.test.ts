import { describe, expect, test } from 'vitest'
import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import type { Refusal } from '../../kafka/stream/refusal.ts'
import type { Codec } from '../store/store.ts'
import { type Context, type Processor, UnprocessableRecord } from './processor.ts'
import { Task } from './task.ts'
import type { Topology } from './topology.ts'

const TOPOLOGY: Topology = {
  input: 'in',
  deadLetters: 'in-dlq',
  changelogs: { main: 'log' },
  retentionMs: 1_000,
  route: (topic, key) => ({ topic, partition: topic === 'out' ? (key?.length ?? 99) : -1 }),
}
const STATELESS: Topology = { ...TOPOLOGY, changelogs: {} }
const NUMBER: Codec<number> = {
  encode: (value) => Buffer.from(String(value)),
  decode: (bytes) => Number(bytes),
}

function record(value: string | null, timestamp = 0, offset = 0): StreamRecord {
  const bytes = value === null ? null : Buffer.from(value)
  return { partition: 4, offset, timestamp, key: bytes, value: bytes, headers: [] }
}

/** A processor with a store of numbers, whose logic the test gives. */
function processor(process: (value: string, context: Context<number>) => void): Processor<number> {
  return { name: 'test', codec: NUMBER, process: ({ value }, context) => process(String(value), context) }
}

const echo = processor((value, { forward }) => {
  if (value === 'bad') throw new UnprocessableRecord('NO_ID', 'bad')
  if (value === 'broken') throw new TypeError('broken')
  forward('out', { key: Buffer.from(value), value: Buffer.from(value), headers: [], timestamp: 1 })
})
const count = processor((value, { store, streamTime }) => {
  const key = Buffer.from(value)
  store.put(key, (store.get(key) ?? 0) + 1, streamTime + 1_000)
})

function topics(task: Task<number>, ...values: string[]): string[] {
  return task.process(values.map((value) => record(value))).map(({ topic }) => topic)
}

describe('a task', () => {
  test('sends a record to the partition of its key, unchanged', () => {
    expect(new Task(echo, STATELESS, 4).process([record('abc')])).toEqual([
      {
        topic: 'out',
        partition: 3,
        key: Buffer.from('abc'),
        value: Buffer.from('abc'),
        headers: [],
        timestamp: 1,
      },
    ])
  })

  test('sends an unprocessable record to the dead letters, in its place, and goes on', () => {
    expect(topics(new Task(echo, STATELESS, 4), 'a', 'bad', 'b')).toEqual(['out', 'in-dlq', 'out'])
  })

  test('says in a dead-letter record where the record was', () => {
    const [letter] = new Task(echo, STATELESS, 4).process([record('bad', 7, 12)])
    const named = Object.fromEntries(letter?.headers.map(([name, value]) => [name, String(value)]) ?? [])
    expect(letter).toMatchObject({ topic: 'in-dlq', partition: 0, timestamp: 7 })
    expect(named).toMatchObject({
      'dead-letter-topic': 'in',
      'dead-letter-partition': '4',
      'dead-letter-offset': '12',
      'dead-letter-processor': 'test',
    })
  })

  test('throws every other error unchanged', () => {
    const task = new Task(echo, STATELESS, 4)
    expect(() => task.process([record('a'), record('broken')])).toThrow(new TypeError('broken'))
  })

  test('gives each batch its own output', () => {
    const task = new Task(echo, STATELESS, 4)
    const first = task.process([record('a')])
    expect(task.process([record('b')])).toHaveLength(1)
    expect(first).toHaveLength(1)
  })

  test('has the largest time so far as stream time, including the times of dead-letter records', () => {
    const seen: number[] = []
    const watch = processor((value, { streamTime }) => {
      seen.push(streamTime)
      if (value === 'bad') throw new UnprocessableRecord('NO_ID', 'bad')
    })
    const task = new Task(watch, TOPOLOGY, 4)
    task.process([record('a', 5), record('a', 3), record('bad', 9)])
    task.process([record('a', 8)])
    expect(seen).toEqual([5, 5, 9, 9])
  })
})

test('a record that proves unprocessable after it sent something becomes a dead-letter record only', () => {
  const late = processor((value, context) => {
    echo.process(record(value), context, undefined as never)
    if (value === 'bad') throw new UnprocessableRecord('NO_ID', 'bad')
  })
  expect(topics(new Task(late, STATELESS, 4), 'a', 'bad')).toEqual(['out', 'in-dlq'])
})

describe('the changelog of a task', () => {
  test('comes after the output, in the partition of the task', () => {
    const both = processor((value, context) => {
      echo.process(record(value), context, undefined as never)
      count.process(record(value), context, undefined as never)
    })
    const output = new Task(both, TOPOLOGY, 4).process([record('a'), record('b')])
    expect(output.map(({ topic }) => topic)).toEqual(['out', 'out', 'log', 'log', 'log'])
    expect(output.slice(2).every(({ partition }) => partition === 4)).toBe(true)
  })

  test('has each changed entry once per batch', () => {
    const output = new Task(count, TOPOLOGY, 4).process([record('a'), record('a'), record('a')])
    expect(output.map(({ key, value }) => [String(key), String(value?.subarray(8))])).toEqual([
      ['a', '3'],
      ['', ''],
    ])
  })

  test('is written for a batch that only moves stream time', () => {
    expect(topics(new Task(echo, TOPOLOGY, 4), 'bad')).toEqual(['in-dlq', 'log'])
  })

  test('is not written for an empty batch', () => {
    const task = new Task(count, TOPOLOGY, 4)
    task.process([record('a', 5)])
    expect(task.process([])).toEqual([])
  })

  test('is not written by a processor without a store', () => {
    const { codec: _, ...stateless } = echo
    expect(topics(new Task(stateless, TOPOLOGY, 4), 'a')).toEqual(['out'])
    expect(topics(new Task(count, STATELESS, 4), 'a')).toEqual([])
  })

  test('restores another task, which continues from there', () => {
    const log = new Task(count, TOPOLOGY, 4).process([record('a', 10), record('a', 20), record('b', 30)])
    const next = new Task(count, TOPOLOGY, 4)
    next.restore(log.map((change, offset) => ({ ...change, offset })))
    expect(next.store.get(Buffer.from('a'))).toBe(2)
    const [change] = next.process([record('a', 0)])
    expect([change?.value?.readDoubleBE(0), String(change?.value?.subarray(8))]).toEqual([1_030, '3'])
  })

  test('is ignored by a processor without a store', () => {
    const { codec: _, ...stateless } = echo
    const task = new Task(stateless, TOPOLOGY, 4)
    task.restore([{ ...record('a'), value: Buffer.alloc(12) }])
    expect(task.store.size).toBe(0)
  })
})

describe('a task whose output the broker refuses', () => {
  const both = processor((value, context) => {
    echo.process(record(value), context, undefined as never)
    count.process(record(value), context, undefined as never)
  })
  const tooLarge: Refusal = { code: 'TOO_LARGE', topic: 'out', reason: 'it is large' }
  const headersOf = (letter: OutputRecord | undefined) =>
    Object.fromEntries(letter?.headers.map(([name, value]) => [String(name), String(value)]) ?? [])

  test('names the source record of each output, including the changelog', () => {
    const records = [record('a', 0, 7), record('bad', 0, 8), record('b', 0, 9)]
    const output = new Task(both, TOPOLOGY, 4).process(records, [], { isTraced: true })
    expect(output.map(({ topic, source }) => [topic, source?.offset])).toEqual([
      ['out', 7],
      ['log', 7],
      ['log', 7],
      ['in-dlq', 8],
      ['log', 8],
      ['out', 9],
      ['log', 9],
      ['log', 9],
    ])
    expect(output.filter(({ topic }) => topic === 'in-dlq')).toHaveLength(1)
  })

  test('makes the record a dead-letter record with the reason, and leaves the store and stream time unchanged', () => {
    const task = new Task(both, TOPOLOGY, 4)
    const refused = new Map([[8, [tooLarge]]])
    const output = task.process([record('a', 5, 7), record('b', 900, 8)], [], { refused })
    expect(output.map(({ topic }) => topic)).toEqual(['out', 'in-dlq', 'log', 'log'])
    expect(headersOf(output[1])).toMatchObject({
      'dead-letter-offset': '8',
      'dead-letter-error': 'TOO_LARGE',
      'dead-letter-message': 'out refused its output: it is large',
    })
    expect([task.store.size, task.store.streamTime]).toEqual([1, 5])
  })

  test('gives a dead-letter record the current time if its time is refused, and a reference if it does not fit; both keep the cause', () => {
    const late: Refusal = { code: 'TIMESTAMP_REFUSED', topic: 'in-dlq', reason: 'late' }
    const large: Refusal = { ...late, code: 'TOO_LARGE' }
    const before = Date.now()
    const letterFor = (...refusals: Refusal[]) =>
      new Task(echo, STATELESS, 4).process([record('bad', 7, 8)], [], {
        refused: new Map([[8, refusals]]),
      })[0] as OutputRecord
    const restamped = letterFor(late)
    expect(restamped.value).toEqual(Buffer.from('bad'))
    expect(restamped.timestamp).toBeGreaterThanOrEqual(before)
    expect(headersOf(restamped)).toMatchObject({ 'dead-letter-error': 'NO_ID', 'dead-letter-timestamp': '7' })
    for (const refusals of [[large], [late, large], [tooLarge, late, late], [tooLarge, large]]) {
      const reference = letterFor(...refusals)
      expect([reference.key, reference.value]).toEqual([null, null])
      expect(reference.timestamp).toBeGreaterThanOrEqual(before)
      expect(headersOf(reference)).toMatchObject({
        'dead-letter-error': refusals[0] === tooLarge ? 'TOO_LARGE' : 'NO_ID',
        'dead-letter-timestamp': '7',
        'dead-letter-reference': 'true',
        'dead-letter-size': '6',
        'dead-letter-digest': expect.stringMatching(/^sha-256:[0-9a-f]{64}$/),
      })
    }
  })

  test.each([8.64e15 + 1, -8.64e15 - 1, 2 ** 63])(
    'makes a record with the time %d, which is no date, a dead-letter record',
    (time) => {
      const [letter] = new Task(echo, TOPOLOGY, 4).process([record('a', time)])
      expect(headersOf(letter)).toMatchObject({ 'dead-letter-error': 'NO_TIME' })
    },
  )
})
