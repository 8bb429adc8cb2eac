import { describe, expect, test } from 'vitest'
import { deadLetter, fittingDeadLetter } from '../../streams/runtime/dead-letter.ts'
import { partitionReader } from '../clients/partition-reader.ts'
import { admin, kafka, profile } from '../clients/test-broker.ts'
import { kafkajsHeaders } from '../kafkajs/exact-headers.ts'
import { unique } from '../profile/test-profile.ts'
import type { Headers, OutputRecord, StreamRecord } from '../protocol/record.ts'
import { createTopics } from '../provision/topic-admin.ts'
import type { Refusal } from '../stream/refusal.ts'
import { type Outcome, replay } from './dead-letter-replay.ts'
import { allDeadLetters, type DeadLetterTopic, pendingDeadLetters, readDeadLetters } from './dead-letters.ts'

const CAUSE = { code: 'TOO_LARGE', message: 'too large' }
async function topics(): Promise<DeadLetterTopic> {
  const of = unique('input')
  const topic = { name: `${of}-dlq`, of }
  await createTopics(admin, [
    { topic: of, numPartitions: 3 },
    { topic: topic.name, numPartitions: 1 },
  ])
  return topic
}

type Written = Pick<OutputRecord, 'key' | 'value' | 'headers' | 'timestamp' | 'partition'>

async function write(topic: string, records: readonly Written[]): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const messages = records.map(({ key, value, headers, timestamp, partition }) => ({
    key,
    value,
    partition,
    timestamp: String(timestamp),
    headers: kafkajsHeaders(headers),
  }))
  await producer.send({ topic, messages })
  await producer.disconnect()
}

async function recordsOf(topic: string, partition: number): Promise<StreamRecord[]> {
  const found: StreamRecord[] = []
  const read = partitionReader(profile, 'test')
  await read(topic, partition, (records) => found.push(...records), AbortSignal.timeout(30_000))
  return found
}

async function replayAll(topic: DeadLetterTopic, lines: string[] = []): Promise<Outcome> {
  const { to } = await pendingDeadLetters(admin, topic)
  const signal = AbortSignal.timeout(60_000)
  return replay(profile, topic, {
    to,
    limit: Number.POSITIVE_INFINITY,
    signal,
    warn: (line) => void lines.push(line),
  })
}

function reference(topic: DeadLetterTopic, record: StreamRecord): OutputRecord {
  const origin = { topic: topic.of, processor: 'p', deadLetters: topic.name }
  const refusal: Refusal = { code: 'TOO_LARGE', topic: topic.name, reason: 'large' }
  return fittingDeadLetter(record, origin, CAUSE, [refusal], Date.now())
}

const ORIGINAL: Written = {
  key: Buffer.from([0xff]),
  value: Buffer.from('the record itself'),
  headers: [
    [Buffer.from('a'), Buffer.from('1')],
    [Buffer.from([0xfe]), Buffer.from('2')],
  ],
  timestamp: 1_600_000_000_123,
  partition: 1,
}

describe('a dead-letter record that is a reference', () => {
  test('has the original’s position, size, digest and time, and is replayed as the original', async () => {
    const topic = await topics()
    await write(topic.of, [{ ...ORIGINAL, value: null }, ORIGINAL])
    const [, original] = (await recordsOf(topic.of, 1)) as [StreamRecord, StreamRecord]
    await write(topic.name, [reference(topic, original)])
    await readDeadLetters(profile, topic, await allDeadLetters(admin, topic), {
      onDeadLetters: ([found]) => {
        expect(found).toMatchObject({
          origin: { topic: topic.of, partition: 1, offset: 1 },
          timestamp: 1_600_000_000_123,
          key: null,
          value: null,
          headers: [],
          error: 'TOO_LARGE',
          reference: { size: 22, digest: expect.stringMatching(/^sha-256:[0-9a-f]{64}$/) },
        })
        return true
      },
    })
    expect(await replayAll(topic)).toEqual({ replayed: 1, foreign: 0, emptied: 0 })
    const again = (await recordsOf(topic.of, 1))[2] as StreamRecord
    const { partition, offset, ...own } = original
    expect(again).toMatchObject({
      ...own,
      headers: [...own.headers, [Buffer.from('dead-letter-replay'), Buffer.from('0/0')]],
    })
    expect(await replayAll(topic)).toEqual({ replayed: 0, foreign: 0, emptied: 0 })
  })

  test('is reported and skipped if the topic no longer holds the original, or holds another record there', async () => {
    const topic = await topics()
    await write(topic.of, [ORIGINAL, ORIGINAL, { ...ORIGINAL, value: Buffer.from('another') }])
    const [first, second, third] = (await recordsOf(topic.of, 1)) as [
      StreamRecord,
      StreamRecord,
      StreamRecord,
    ]
    // kafkajs deletes only from partitions whose leaders it knows.
    await admin.fetchTopicOffsets(topic.of)
    await admin.deleteTopicRecords({ topic: topic.of, partitions: [{ partition: 1, offset: '1' }] })
    await write(topic.name, [
      reference(topic, first),
      reference(topic, { ...third, value: Buffer.from('as it was') }),
      reference(topic, { ...second, offset: 99 }),
      reference(topic, { ...second, partition: 77 }),
      reference(topic, second),
    ])
    const lines: string[] = []
    expect(await replayAll(topic, lines)).toEqual({ replayed: 1, foreign: 0, emptied: 0, gone: 4 })
    expect(lines).toEqual([
      `dead letter 0/0 refers to ${topic.of} partition 1 offset 0, which the topic no longer holds; it is not written back`,
      `dead letter 0/1 refers to ${topic.of} partition 1 offset 2, which is another record now: its digest differs; it is not written back`,
      `dead letter 0/2 refers to ${topic.of} partition 1 offset 99, which the topic no longer holds; it is not written back`,
      `dead letter 0/3 refers to ${topic.of} partition 77 offset 1, which the topic no longer holds; it is not written back`,
    ])
    expect(await recordsOf(topic.of, 1)).toHaveLength(3)
  })
})

test('a replay keeps the producer’s own dead-letter headers, and restores the time of a restamped record', async () => {
  const topic = await topics()
  const headers: Headers = [
    ['dead-letter-mine', 'a'],
    ['dead-letter-topic', 'forged'],
    ['dead-letter-replay', 'no place'],
    ['dead-letter-timestamp', '7'],
    ['x', 'y'],
  ].map(([name, value]) => [Buffer.from(name as string), Buffer.from(value as string)] as const)
  const record: StreamRecord = { ...ORIGINAL, offset: 5, headers }
  const origin = { topic: topic.of, processor: 'p', deadLetters: topic.name }
  const refusal: Refusal = { code: 'TIMESTAMP_REFUSED', topic: topic.name, reason: 'time' }
  const restamped = fittingDeadLetter(record, origin, CAUSE, [refusal], Date.now())
  expect(restamped.timestamp).not.toBe(record.timestamp)
  await write(topic.name, [deadLetter(record, origin, CAUSE), restamped])
  expect(await replayAll(topic)).toEqual({ replayed: 2, foreign: 0, emptied: 0 })
  const [first, second] = await recordsOf(topic.of, 1)
  const mark = (place: string) => [Buffer.from('dead-letter-replay'), Buffer.from(place)]
  expect(first).toMatchObject({ timestamp: record.timestamp, headers: [...headers, mark('0/0')] })
  expect(second).toMatchObject({ timestamp: record.timestamp, headers: [...headers, mark('0/1')] })
  // The record fails and is replayed again: only the last mark remains.
  await write(topic.name, [deadLetter({ ...(first as StreamRecord) }, origin, CAUSE)])
  expect(await replayAll(topic)).toMatchObject({ replayed: 1 })
  expect((await recordsOf(topic.of, 1))[2]?.headers).toEqual([...headers, mark('0/2')])
})
