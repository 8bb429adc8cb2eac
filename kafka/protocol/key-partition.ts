const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * The partition of a key, as Java's default partitioner, kafkajs and librdkafka's murmur2_random compute it: murmur2 with
 * the sign bit cleared, modulo the number of partitions.
 */
export function partitionOfKey(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

/**
 * Kafka's org.apache.kafka.common.utils.Utils.murmur2. @platformatic/kafka's version is not used: its integers grow with
 * the key, so a key of 400 kB takes most of a minute.
 */
function murmur2(data: Buffer): number {
  const words = data.length & ~3
  let hash = SEED ^ data.length
  for (let at = 0; at < words; at += 4) {
    const mixed = Math.imul(data.readInt32LE(at), M)
    hash = Math.imul(hash, M) ^ Math.imul(mixed ^ (mixed >>> 24), M)
  }
  const rest = data.length - words
  if (rest > 0) hash = Math.imul(hash ^ data.readUIntLE(words, rest), M)
  hash = Math.imul(hash ^ (hash >>> 13), M)
  return hash ^ (hash >>> 15)
}
