import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StreamRecord } from '../../kafka/protocol/record.ts'
import type { Batch, StreamHandler, StreamPort } from '../../kafka/stream/stream-port.ts'
import { jsonCodec } from '../store/json-codec.ts'
import { type Commit, ProcessorMetrics } from './metrics.ts'
import { type Processor, UnprocessableRecord } from './processor.ts'
import { runProcessor } from './runtime.ts'
import type { Topology } from './topology.ts'

const NOW = Date.UTC(2026, 10, 26)

const topology: Topology = {
  input: 'in',
  deadLetters: 'in-dlq',
  changelogs: { main: 'log', words: 'words-log' },
  retentionMs: 1_000,
  route: (topic) => ({ topic, partition: 0 }),
}

type Stores = { readonly words: string }

/** Passes a value on and keeps it; sets aside what is `bad`, after it has counted it. */
const keeper: Processor<number, never, Stores> = {
  name: 'keeper',
  codec: jsonCodec<number>(),
  stores: { words: jsonCodec<string>() },
  process({ value }, { store, stores, forward, count }) {
    count(String(value))
    if (String(value) === 'bad') throw new UnprocessableRecord('NO_ID', 'bad')
    store.put(Buffer.from('last'), 1)
    stores.words.put(value as Buffer, String(value))
    forward('out', { key: null, value, headers: [], timestamp: 0 })
  },
}

function batch(appendedAt: number | undefined, ...values: string[]): Batch {
  const records = values.map(
    (value, offset): StreamRecord => ({
      partition: 0,
      offset,
      timestamp: 5,
      appendedAt: appendedAt === undefined ? undefined : appendedAt + offset,
      key: Buffer.from('key'),
      value: Buffer.from(value),
      headers: [],
    }),
  )
  return { partition: 0, records, next: values.length }
}

/** Runs the keeper on a port that does what a test says. */
async function running(run: (handler: StreamHandler, metrics: ProcessorMetrics) => void) {
  const metrics = new ProcessorMetrics()
  const port: StreamPort = {
    async run(handler, signal) {
      await handler.onAssigned(0, signal)
      run(handler, metrics)
    },
  }
  const nothing = async () => undefined
  const options = { port, metrics, readPartition: nothing, say: () => undefined }
  await runProcessor(keeper, topology, options, new AbortController().signal)
  return metrics
}

describe('the metrics of a processor', () => {
  beforeEach(() => vi.useFakeTimers({ now: NOW }))
  afterEach(() => vi.useRealTimers())

  test('count records and bytes by topic, dead-letter records by code, and what the processor counts', async () => {
    const metrics = await running((handler, meter) => {
      const batches = [batch(undefined, 'a', 'bad', 'bbb', 'a')]
      handler.process(batches)
      meter.transaction(4, 7, batches)
    })
    expect(metrics.input).toEqual(new Map([['in', { records: 4, bytes: 4 * 3 + 1 + 3 + 3 + 1 }]]))
    expect(metrics.output.get('out')).toEqual({ records: 3, bytes: 1 + 3 + 1 })
    expect(metrics.output.get('in-dlq')).toEqual({ records: 1, bytes: 3 + 3 })
    // An entry and stream time; two entries and stream time.
    expect(metrics.output.get('log')?.records).toBe(2)
    expect(metrics.output.get('words-log')?.records).toBe(3)
    expect(metrics.deadLetters).toEqual(new Map([['NO_ID', 1]]))
    // The counts of the unprocessable record are taken back.
    expect(metrics.counters).toEqual(
      new Map([
        ['a', 2],
        ['bbb', 1],
      ]),
    )
    expect(metrics).toMatchObject({ records: 4, transactions: 1, commitMs: 7 })
  })

  test('count nothing of a transaction that was aborted, and each batch when its own transaction is committed', async () => {
    const metrics = await running((handler, meter) => {
      const [aborted, first, second] = [[batch(1, 'lost')], [batch(1, 'a')], [batch(1, 'b', 'c')]]
      handler.process(aborted)
      meter.aborted()
      handler.process(first)
      handler.process(second)
      meter.transaction(1, 1, first)
    })
    expect(metrics.input.get('in')?.records).toBe(1)
    expect([...metrics.counters]).toEqual([['a', 1]])
    expect(metrics).toMatchObject({ aborts: 1, transactions: 1 })
  })

  test('tell listeners of each commit how long it took and how old its oldest record was', async () => {
    const commits: Commit[] = []
    await running((handler, meter) => {
      const stop = meter.onCommit((commit) => commits.push(commit))
      for (const batches of [[batch(NOW - 250, 'a', 'b')], [batch(undefined, 'a')], [batch(NOW + 9, 'a')]]) {
        handler.process(batches)
        meter.transaction(batches[0]?.records.length ?? 0, 3, batches)
      }
      stop()
      meter.transaction(1, 1, [])
    })
    expect(commits).toEqual([
      { records: 2, ms: 3, latencyMs: 250 },
      { records: 1, ms: 3, latencyMs: undefined },
      { records: 1, ms: 3, latencyMs: 0 },
    ])
  })

  test('have the size of each store and of all together, and the restores with their time', async () => {
    const metrics = await running((handler) => void handler.process([batch(1, 'a', 'b', 'c')]))
    const sizes = metrics.storeSizes()
    expect([...sizes].map(([store, { entries }]) => [store, entries])).toEqual([
      ['main', 1],
      ['words', 3],
    ])
    expect(metrics.stores().entries).toBe(4)
    const { bytes } = metrics.stores()
    expect(bytes).toBe([...sizes.values()].reduce((sum, size) => sum + size.bytes, 0))
    expect(metrics).toMatchObject({ restores: 1, restoredEntries: 0 })
    expect(metrics.restoreMs).toBeGreaterThanOrEqual(0)
  })

  test('sum the lag of the partitions that are ours', () => {
    const metrics = new ProcessorMetrics()
    metrics.lag(0, 5)
    metrics.lag(1, 7)
    metrics.lag(0, 2)
    expect(metrics.totalLag).toBe(9)
    metrics.forget(1)
    expect(metrics.totalLag).toBe(2)
  })
})
