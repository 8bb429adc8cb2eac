import { ConnectionPool, type Consumer, findErrorBy, offsetFetchV9 } from '@platformatic/kafka'
import pRetry from 'p-retry'
import { committedRecords } from '../protocol/committed-records.ts'
import { readRecordBatches } from '../protocol/decode-batch.ts'
import { fetchBytes } from '../protocol/fetch-request.ts'
import type { CommittedRecords } from '../protocol/record.ts'
import { groupByLeader, noLeader } from './leaders.ts'

const MAX_BYTES = 16 * 1024 * 1024
const PARTITION_BYTES = 1024 * 1024
const READ_UNCOMMITTED = 0
const READ_COMMITTED = 1
const REQUEST_TIMEOUT_MS = 15_000
/** Fetches without a fetch session (KIP-227): every request lists its partitions. */
const NO_SESSION = { id: 0, epoch: -1 }

export interface FetchOptions {
  /** About how many bytes to fetch of each partition; at least one batch comes whole. */
  readonly partitionBytes?: number
  /** Also records of transactions that are open or were aborted. */
  readonly uncommitted?: boolean
}

export interface Fetched extends CommittedRecords {
  /** The last stable offset as of the fetch: where the committed records end. */
  readonly end: number
}

/**
 * Fetches committed records and committed offsets with the protocol's own requests, on connections of its own, so that a
 * waiting fetch blocks nothing else. The consumer is only asked for metadata.
 */
export class PlatformaticFetcher {
  readonly #consumer: Consumer
  readonly #pool: ConnectionPool

  constructor(
    consumer: Consumer,
    clientId: string,
    connection: ConstructorParameters<typeof ConnectionPool>[1],
  ) {
    this.#consumer = consumer
    this.#pool = new ConnectionPool(clientId, { ...connection, requestTimeout: REQUEST_TIMEOUT_MS })
  }

  /** Fetches the partitions from the given offsets on. Waits up to `waitMs` if they have no more records yet. */
  async fetch(
    topic: string,
    positions: ReadonlyMap<number, number>,
    waitMs: number,
    { partitionBytes = PARTITION_BYTES, uncommitted = false }: FetchOptions = {},
  ): Promise<Fetched[]> {
    const metadata = await this.#consumer.metadata({ topics: [topic] })
    const known = metadata.topics.get(topic)
    if (!known) throw new Error(`the cluster has no topic ${topic}`)
    const wanted = [...positions].map(([partition, offset]) => ({ topic, partition, offset }))
    const answers = await Promise.all(
      [...groupByLeader(metadata, wanted)].map(async ([leader, own]) => {
        if (!leader) throw noLeader(own[0] as (typeof own)[number])
        return this.#fetchFrom(await this.#pool.get(leader), known.id, own, waitMs, {
          partitionBytes,
          uncommitted,
        })
      }),
    ).catch((error: Error) => {
      // A leader may have moved: the next request fetches metadata again.
      this.#consumer.clearMetadata()
      throw error
    })
    return answers.flat()
  }

  async #fetchFrom(
    connection: Awaited<ReturnType<ConnectionPool['get']>>,
    topicId: string,
    wanted: readonly { readonly partition: number; readonly offset: number }[],
    waitMs: number,
    { partitionBytes, uncommitted }: Required<FetchOptions>,
  ): Promise<Fetched[]> {
    const partitions = wanted.map(({ partition, offset }) => ({
      partition,
      fetchOffset: BigInt(offset),
      partitionMaxBytes: partitionBytes,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    }))
    const positions = new Map(wanted.map(({ partition, offset }) => [partition, offset]))
    const answers = await fetchBytes.async(
      connection,
      waitMs,
      1,
      MAX_BYTES,
      uncommitted ? READ_UNCOMMITTED : READ_COMMITTED,
      NO_SESSION.id,
      NO_SESSION.epoch,
      [{ topicId, partitions }],
      [],
      '',
    )
    return answers.map(({ partition, records: bytes, aborted, lastStableOffset }) => {
      const batches = readRecordBatches(bytes, partition)
      const { records, next } = committedRecords(batches, aborted, positions.get(partition) ?? 0)
      return { partition, records, next, end: lastStableOffset }
    })
  }

  /**
   * The group's committed offsets, once no pending transaction can change them (KIP-447's require_stable). Partitions
   * without a committed offset are absent.
   */
  async committedOffsets(
    group: { readonly groupId: string; readonly coordinator: number },
    topic: string,
    partitions: readonly number[],
    signal: AbortSignal,
  ): Promise<Map<number, number>> {
    const metadata = await this.#consumer.metadata({ topics: [topic] })
    const broker = metadata.brokers.get(group.coordinator)
    if (!broker) throw new Error(`the coordinator of ${group.groupId} is not known`)
    const connection = await this.#pool.get(broker)
    const request = {
      groupId: group.groupId,
      memberEpoch: -1,
      topics: [{ name: topic, partitionIndexes: [...partitions] }],
    }
    const response = await pRetry(() => offsetFetchV9.api.async(connection, [request], true), {
      signal,
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 50,
      factor: 1,
      shouldRetry: ({ error }) => Boolean(findErrorBy(error, 'apiId', 'UNSTABLE_OFFSET_COMMIT')),
    })
    const found = response.groups.flatMap(({ topics }) => topics.flatMap((one) => one.partitions))
    return new Map(
      found
        .filter(({ committedOffset }) => committedOffset >= 0n)
        .map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]),
    )
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }
}
