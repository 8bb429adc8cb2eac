import type { Message } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { ANY_TIME, type RecordTime } from '../../catalog/topic.ts'
import { type TopicName, topic } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { Writer } from '../../kafka/clients/writer.ts'
import { ApplyError } from '../../kafka/errors.ts'
import { EVENT_TIME_HEADER } from '../../kafka/protocol/event-time-header.ts'
import { partitionOfKey } from '../../kafka/protocol/key-partition.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { TESTED_CLIENTS } from '../../kafka/stream/test-stream-clients.ts'
import { ownRuntime } from '../../local/test-own-runtime.ts'
import { DEFAULTS } from '../runtime/start-processor.ts'
import { expectExactlyOnce, readCommitted } from '../runtime/test-outcome.ts'
import { dedupMetrics, runDedup } from './dedup-pipeline.ts'

const RETENTION_MS = 30 * 60_000
const HOUR = 60 * 60_000
const PARTITIONS = topic('transactions').partitions
const runtime = ownRuntime()

function transaction(id: string, timestamp: number, more: Partial<Message> = {}): Message {
  return { partition: 0, value: JSON.stringify({ id, at: timestamp }), timestamp: String(timestamp), ...more }
}

async function send(records: readonly Message[]): Promise<void> {
  const writer = await Writer.connect(runtime.profile, 'test')
  await writer.send('transactions', records)
  await writer.close()
}

/** Starts the de-duplication; the promise settles when it stops. */
function dedup(client: (typeof TESTED_CLIENTS)[number], signal: AbortSignal, metrics = dedupMetrics()) {
  return runDedup(runtime.profile, {
    ...DEFAULTS,
    client,
    retentionMs: RETENTION_MS,
    mode: 'fixed',
    signal,
    say: () => undefined,
    metrics,
  })
}

/** Runs the de-duplication until the expected records are there, and returns what its stores held at the end. */
async function dedupUntil(client: (typeof TESTED_CLIENTS)[number], unique: number, duplicates: number) {
  const stop = new AbortController()
  const metrics = dedupMetrics()
  const running = dedup(client, stop.signal, metrics)
  try {
    await Promise.race([expectExactlyOnce(runtime.profile, { unique, duplicates, malformed: 0 }), running])
  } finally {
    stop.abort()
    await running
  }
  return metrics.dedup.stores()
}

/** One id for each partition of the topic that is keyed by id. */
function idsOfAllPartitions(prefix: string): string[] {
  const found = new Map<number, string>()
  for (let number = 0; found.size < PARTITIONS; number += 1) {
    const id = `${prefix}-${number}`
    found.set(partitionOfKey(Buffer.from(id), PARTITIONS), id)
  }
  return [...found.values()]
}

describe.each(TESTED_CLIENTS)('the de-duplication on %s', (client) => {
  test('refuses an input topic with producers’ time, and counts each purchase once though some producers’ clocks are wrong', {
    timeout: 240_000,
  }, async () => {
    const admin = await connectAdmin(runtime.profile, 'test')
    const configure = (name: TopicName, time?: RecordTime) =>
      applyTopicChange(admin, {
        kind: 'configure',
        topic: { ...topic(name), ...(time && { time }) },
        settings: [],
      })
    await configure('transactions-by-id', ANY_TIME)
    await expect(dedup(client, new AbortController().signal)).rejects.toThrow(
      new ApplyError(
        "topic transactions-by-id has message.timestamp.type=CreateTime, so producers' clocks would say when an id is forgotten; " +
          'it needs LogAppendTime: set it with: playstream topics apply',
      ),
    )
    await configure('transactions-by-id')
    // The default of brokers before Kafka 4.
    await configure('transactions', ANY_TIME)
    await admin.disconnect()
    const now = Date.now()
    const honest = idsOfAllPartitions('honest')
    const wrong = [now + HOUR - 60_000, now * 1_000, 2 ** 63 - 1024, -1, 0, Math.floor(now / 1_000)].flatMap(
      (time) => idsOfAllPartitions(`at-${time}`).map((id) => [id, time] as const),
    )
    const own = { headers: { [EVENT_TIME_HEADER]: 'the producer’s own' } }
    await send([
      ...honest.map((id) => transaction(id, now, own)),
      ...wrong.map(([id, time]) => transaction(id, time)),
      ...honest.map((id) => transaction(id, now + 1_000)),
      ...wrong.map(([id, time]) => transaction(id, time)),
    ])
    const unique = honest.length + wrong.length
    await dedupUntil(client, unique, unique)
    await send([...honest, ...wrong.map(([id]) => id)].map((id) => transaction(id, now + 2_000)))
    const held = await dedupUntil(client, unique, 2 * unique)
    expect(held.entries).toBe(unique)
    expect(held.liveBytes / held.entries).toBeLessThan(100)
    const passed = await readCommitted(runtime.profile, 'transactions-unique')
    for (const { key, timestamp, headers } of passed) {
      const named = headers.map(([name, value]) => [String(name), String(value)])
      expect(named).toEqual(honest.includes(String(key)) ? [[EVENT_TIME_HEADER, 'the producer’s own']] : [])
      expect(Math.abs(timestamp - now), `${key} at ${timestamp}`).toBeLessThan(HOUR)
    }
    const kept = passed.filter(({ key }) => honest.includes(String(key))).map(({ timestamp }) => timestamp)
    expect(new Set(kept)).toEqual(new Set([now]))
  })
})
