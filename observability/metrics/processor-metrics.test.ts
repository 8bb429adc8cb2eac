import { expect, test } from 'vitest'
import type { Batch } from '../../kafka/stream/stream-port.ts'
import { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { MetricsRegistry } from './exposition.ts'
import { processorsNotReady, registerProcessorMetrics } from './processor-metrics.ts'
import { parseExposition, type Scraped, sumOf } from './test-scrape.ts'

function registered() {
  const metrics = new ProcessorMetrics()
  const exported = new MetricsRegistry()
  const running = { client: 'kafkajs', processors: { 'player-state': metrics } } as const
  registerProcessorMetrics(exported.registry, running)
  const scraped = async (): Promise<Scraped> => parseExposition((await exported.scrape(undefined)).text)
  return { metrics, running, scraped }
}

function commit(metrics: ProcessorMetrics, appendedAt: number): void {
  const record = { partition: 0, offset: 0, key: Buffer.from('k'), value: Buffer.from('value'), headers: [] }
  const records = [{ ...record, timestamp: appendedAt, appendedAt }] as Batch['records']
  const batch: Batch = { partition: 0, records, next: 1 }
  const output = [{ topic: 'out', partition: 0, key: null, value: Buffer.from('longer'), headers: [] }]
  metrics.processed(batch, {
    input: 'in',
    records,
    output: output as never,
    deadLetters: ['CORRUPT'],
    counted: ['duplicate', 'odd'],
  })
  metrics.transaction(1, 40, [batch])
}

test('a committed transaction shows in records, bytes, reasons, counters and both histograms', async () => {
  const { metrics, scraped } = registered()
  commit(metrics, Date.now() - 2_000)
  const all = await scraped()
  const value = (name: string, labels = {}) => sumOf(all, `playstream_${name}`, labels)
  expect(value('processor_input_records_total', { topic: 'in' })).toBe(1)
  expect(value('processor_input_bytes_total', { topic: 'in' })).toBe(6)
  expect(value('processor_output_bytes_total', { topic: 'out' })).toBe(6)
  expect(value('processor_transactions_committed_total')).toBe(1)
  expect(value('processor_dead_letters_total', { reason: 'CORRUPT' })).toBe(1)
  expect(value('duplicates_total', { processor: 'player-state' })).toBe(1)
  expect(value('processor_counted_total', { name: 'odd' })).toBe(1)
  expect(value('processor_counted_total', { name: 'duplicate' })).toBe(0)
  expect(value('processor_commit_duration_seconds_sum')).toBe(0.04)
  expect(value('processor_added_latency_seconds_bucket', { le: '1' })).toBe(0)
  expect(value('processor_added_latency_seconds_bucket', { le: '5' })).toBe(1)
})

test('an aborted transaction shows as an abort and nothing else', async () => {
  const { metrics, scraped } = registered()
  metrics.aborted()
  metrics.fenced()
  const all = await scraped()
  expect(sumOf(all, 'playstream_processor_transactions_aborted_total')).toBe(1)
  expect(sumOf(all, 'playstream_processor_transactions_fenced_total')).toBe(1)
  expect(sumOf(all, 'playstream_processor_input_records_total')).toBe(0)
})

test('a second scrape shows the same counts, not their sums', async () => {
  const { metrics, scraped } = registered()
  commit(metrics, Date.now())
  await scraped()
  expect(sumOf(await scraped(), 'playstream_processor_input_records_total')).toBe(1)
})

test('a processor is ready once its group has assigned partitions and its stores are restored', () => {
  const { metrics, running } = registered()
  expect(processorsNotReady(running)).toBe('player-state has no assignment from its group')
  metrics.restoring = 1
  expect(processorsNotReady(running)).toBe('player-state is restoring its stores')
  metrics.restoring = 0
  metrics.assigned(3)
  expect(processorsNotReady(running)).toBeUndefined()
})

test('a standby is ready, and a processor that left its group is not', async () => {
  const { metrics, running, scraped } = registered()
  metrics.assigned(0)
  expect(processorsNotReady(running)).toBeUndefined()
  expect((await scraped()).get('playstream_processor_partitions')).toHaveLength(1)
  metrics.assigned(undefined)
  expect(processorsNotReady(running)).toBeDefined()
  expect((await scraped()).get('playstream_processor_partitions')).toBeUndefined()
})
