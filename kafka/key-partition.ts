import { murmur2 } from '@platformatic/kafka'

/**
 * The partition of a key, as Java's default partitioner and kafkajs compute it: murmur2, its sign bit cleared, modulo
 * the number of partitions. (librdkafka calls it murmur2_random.)
 */
export function partitionOfKey(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}
