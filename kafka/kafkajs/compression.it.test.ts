import { type CompressionAlgorithmValue, Producer, stringSerializers } from '@platformatic/kafka'
import kafkajs, { type Admin, type Kafka, type KafkaMessage } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endOffsets } from '../clients/offsets.ts'
import { Reader } from '../clients/topic-follower.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import { testProfile, unique } from '../profile/test-profile.ts'
import { createTopics } from '../provision/topic-admin.ts'
import { createClient } from './kafkajs-client.ts'

const profile = testProfile()
const COMPRESSIONS = ['gzip', 'snappy', 'lz4', 'zstd'] as const
let kafka: Kafka
let admin: Admin

beforeAll(async () => {
  kafka = createClient(profile, { clientId: 'test' })
  admin = kafka.admin()
  await admin.connect()
})

afterAll(() => admin.disconnect())

/** Compressible texts of a few KiB each: more than one block in every format. */
const VALUES = Array.from({ length: 100 }, (_, index) => `${index}:${'play'.repeat(100 + index * 10)}`)

async function topicWith(compression: string): Promise<string> {
  const topic = unique('compressed')
  const configEntries = [{ name: 'compression.type', value: compression }]
  await createTopics(admin, [{ topic, configEntries }])
  return topic
}

async function read(topic: string): Promise<string[]> {
  const values: string[] = []
  const reader = await Reader.start(profile, {
    application: 'test',
    topic,
    from: new Map([[0, 0]]),
    onBatch: (_: number, messages: readonly KafkaMessage[]) => {
      for (const { value } of messages) values.push(String(value))
    },
  })
  try {
    await reader.reach(await endOffsets(admin, topic), AbortSignal.timeout(30_000))
  } finally {
    await reader.close()
  }
  return values
}

describe('Reader decompresses a batch', () => {
  test.each(COMPRESSIONS)(
    'that the broker, a Java implementation, compressed with %s',
    async (compression) => {
      const topic = await topicWith(compression)
      const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
      await producer.connect()
      await producer.send({ topic, messages: VALUES.map((value) => ({ value })) })
      await producer.disconnect()
      expect(await read(topic)).toEqual(VALUES)
    },
  )

  test.each(COMPRESSIONS)('that @platformatic/kafka compressed with %s', async (compression) => {
    const topic = await topicWith('producer')
    const producer = new Producer({
      ...platformaticOptions(profile, 'test'),
      serializers: stringSerializers,
      compression: compression as CompressionAlgorithmValue,
    })
    await producer.send({ messages: VALUES.map((value) => ({ topic, value })) })
    await producer.close()
    expect(await read(topic)).toEqual(VALUES)
  })

  test.each(['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const)('that kafkajs compressed with %s', async (name) => {
    const topic = await topicWith('uncompressed')
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const compression = kafkajs.CompressionTypes[name]
    // The topic is uncompressed, so the broker has to decompress the batch too.
    await producer.send({ topic, compression, messages: VALUES.map((value) => ({ value })) })
    await producer.disconnect()
    expect(await read(topic)).toEqual(VALUES)
  })
})
