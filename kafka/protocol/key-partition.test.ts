import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyPartitioner } from '../kafkajs/kafkajs-client.ts'
import { partitionOfKey } from './key-partition.ts'

const INT_MAX = 2 ** 31 - 1

/** kafkajs's result for a topic whose partitions are all available. */
function partitionByKafkajs(key: Buffer, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [0],
    isr: [0],
  }))
  return keyPartitioner()({ topic: 'any', partitionMetadata, message: { key, value: null } })
}

describe('partition of a key', () => {
  // Expected values from Apache Kafka's UtilsTest.testMurmur2.
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('the partition equals Java’s for %s', (key, murmur2) => {
    for (const partitions of [1, 2, 6, 50, 1_000, INT_MAX]) {
      expect(partitionOfKey(Buffer.from(key), partitions)).toBe((murmur2 & INT_MAX) % partitions)
    }
  })

  test('the partition equals kafkajs’s for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 1, max: 64 }), (bytes, partitions) => {
        const key = Buffer.from(bytes)
        expect(partitionOfKey(key, partitions)).toBe(partitionByKafkajs(key, partitions))
      }),
      { numRuns: 1_000 },
    )
  })

  test('the partition depends on the key’s bytes only, not on their offset in a buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(9), fc.nat(9), (bytes, before, after) => {
        const padded = Buffer.concat([Buffer.alloc(before, 1), bytes, Buffer.alloc(after, 2)])
        const key = padded.subarray(before, before + bytes.length)
        expect(partitionOfKey(key, 97)).toBe(partitionOfKey(Buffer.from(bytes), 97))
      }),
    )
  })
})
