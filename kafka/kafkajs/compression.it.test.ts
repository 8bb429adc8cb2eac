import { type CompressionAlgorithmValue, Producer, stringSerializers } from '@platformatic/kafka'
import kafkajs, { type KafkaMessage } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { stableOffsets } from '../clients/offsets.ts'
import { admin, newTopic, produce, profile } from '../clients/test-broker.ts'
import { Reader } from '../clients/topic-follower.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'

const COMPRESSIONS = ['gzip', 'snappy', 'lz4', 'zstd'] as const
/** Compressible texts of a few KiB each: more than one block in every format. */
const VALUES = Array.from({ length: 100 }, (_, index) => `${index}:${'play'.repeat(100 + index * 10)}`)

function topicWith(compression: string): Promise<string> {
  return newTopic('compressed', 1, { 'compression.type': compression })
}

const MESSAGES = VALUES.map((value) => ({ value }))

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
    await reader.reach(await stableOffsets(admin, topic), AbortSignal.timeout(30_000))
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
      await produce(topic, MESSAGES)
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
    // The topic is uncompressed, so the broker has to decompress the batch too.
    await produce(topic, MESSAGES, kafkajs.CompressionTypes[name])
    expect(await read(topic)).toEqual(VALUES)
  })
})
