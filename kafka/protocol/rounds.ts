import { batchEnd } from './batch-split.ts'
import type { EncodedBatch } from './produce-request.ts'
import type { OutputRecord } from './record.ts'

/** Records by topic and, as an object's keys, by partition. */
export type ByTopic = Map<string, Record<number, OutputRecord[]>>

/** Groups records by partition, and keeps each partition's order. */
export function groupByPartition(records: readonly OutputRecord[]): ByTopic {
  const byTopic: ByTopic = new Map()
  for (const record of records) {
    let partitions = byTopic.get(record.topic)
    if (!partitions) {
      partitions = {}
      byTopic.set(record.topic, partitions)
    }
    const own = partitions[record.partition]
    if (own) own.push(record)
    else partitions[record.partition] = [record]
  }
  return byTopic
}

/** Batches that may be sent together: at most one of each partition. */
export type Round = EncodedBatch[]

export interface Encoding {
  /** The most estimated bytes in a batch of several records. */
  readonly maxBytes: (topic: string) => number
  /** Encodes records of one partition as one batch. */
  readonly encode: (records: readonly OutputRecord[], topic: string, partition: number) => Buffer
}

/** Splits records into batches, and the batches into rounds: the first batch of each partition, then the second, and so on. */
export function roundsOf(byTopic: ByTopic, { maxBytes, encode }: Encoding): Round[] {
  const rounds: Round[] = []
  for (const [topic, partitions] of byTopic) {
    for (const [index, records] of Object.entries(partitions)) {
      const partition = Number(index)
      for (let start = 0, round = 0; start < records.length; round += 1) {
        const end = batchEnd(records, start, maxBytes(topic))
        rounds[round] ??= []
        rounds[round]?.push({ topic, partition, bytes: encode(records.slice(start, end), topic, partition) })
        start = end
      }
    }
  }
  return rounds
}
