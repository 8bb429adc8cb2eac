import { type ConnectionPool, type Consumer, ResponseError } from '@platformatic/kafka'
import { groupByLeader, leaderOf, noLeader } from '../platformatic/leaders.ts'
import { produceTo } from '../platformatic/produce.ts'
import { isRefusal } from '../protocol/broker-errors.ts'
import { compressRecordBatch, encodeRecordBatch } from '../protocol/encode-batch.ts'
import {
  type EncodedBatch,
  errorNameOf,
  PRODUCE,
  type ProduceResult,
  reasonOf,
} from '../protocol/produce-request.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { type ByTopic, type Round, roundsOf } from '../protocol/rounds.ts'
import { Sequences } from '../protocol/sequences.ts'
import { type BatchRefusal, findRefused, throwIfRefused } from './find-refused.ts'
import { OutputRefusedError, type RefusedOutput } from './refusal.ts'

/** The most estimated bytes in one batch: half of what a broker accepts by default. */
const BATCH_BYTES = 512 * 1024
/** Records above this size, in bytes, are compressed when they are sent again. */
const WORTH_COMPRESSING = 1024
/** The most bytes in a request of several batches. */
const REQUEST_BYTES = 16 * 1024 * 1024

/**
 * Writes the output records of transactions, in batches that it encodes itself. It retries nothing: when a request fails,
 * the transaction is aborted and the producer starts again. IdempotentWriter says what the two writers share, and why they
 * differ.
 */
export class TransactionOutput {
  /** Only asked for metadata. */
  readonly #consumer: Consumer
  readonly #pool: ConnectionPool
  readonly #transactionalId: string
  readonly #sequences = new Sequences()
  /** By topic, the most bytes in one batch, for topics that refused a larger batch. */
  readonly #batchBytes = new Map<string, number>()
  #producer = { id: -1n, epoch: -1 }

  constructor(consumer: Consumer, pool: ConnectionPool, transactionalId: string) {
    this.#consumer = consumer
    this.#pool = pool
    this.#transactionalId = transactionalId
  }

  /** Starts with the id and epoch that the broker has just assigned. */
  begin(producer: { readonly id: bigint; readonly epoch: number }): void {
    this.#producer = producer
    this.#sequences.clear()
  }

  /**
   * Sends all batches at once. Each partition's batches stay in order, because each leader has one connection.
   * @throws OutputRefusedError if the broker refuses a batch; it does not name the records
   */
  async write(byTopic: ByTopic): Promise<void> {
    if (byTopic.size === 0) return
    const metadata = await this.#consumer.metadata({ topics: [...byTopic.keys()] })
    const rounds = roundsOf(byTopic, {
      maxBytes: (topic) => this.#maxBytes(topic),
      encode: (records, topic, partition) => this.#encode(records, topic, partition, this.#maxBytes(topic)),
    })
    const sent = await Promise.allSettled(
      rounds.flatMap((round) =>
        [...groupByLeader(metadata, round)].flatMap(([leader, batches]) =>
          leader
            ? requestsOf(batches).map((request) => this.#send(leader, request))
            : [Promise.reject(noLeader(batches[0] as EncodedBatch))],
        ),
      ),
    )
    const results = sent.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    const refused = results.find((result) => isRefusal(errorNameOf(result)))
    // Batches behind a refused batch fail as out of order, so the refusal is the cause.
    if (refused) throw new OutputRefusedError(explain(refused))
    const failure = sent.find((one) => one.status === 'rejected')?.reason ?? errorIn(results)
    if (!failure) return
    // A leader may have moved: the next write fetches metadata again.
    this.#consumer.clearMetadata()
    throw failure
  }

  /**
   * Sends one batch at a time, and finds each record that the broker refuses.
   * @throws OutputRefusedError that names the records
   */
  async writeCarefully(byTopic: ByTopic): Promise<void> {
    if (byTopic.size === 0) return
    const metadata = await this.#consumer.metadata({ topics: [...byTopic.keys()] })
    const refused: RefusedOutput[] = []
    for (const [topic, partitions] of byTopic) {
      for (const [index, records] of Object.entries(partitions)) {
        const partition = Number(index)
        const leader = leaderOf(metadata, topic, partition)
        if (!leader) throw noLeader({ topic, partition })
        const found = await findRefused(records, {
          maxBytes: () => this.#maxBytes(topic),
          send: async (batch) => {
            const bytes = this.#encode(batch, topic, partition, WORTH_COMPRESSING)
            const [result] = await this.#send(leader, [{ topic, partition, bytes }])
            return result && this.#refusalIn(result, batch, bytes)
          },
        })
        refused.push(...found)
      }
    }
    throwIfRefused(refused)
  }

  /** @throws an error that is not about the records */
  #refusalIn(result: ProduceResult, batch: readonly OutputRecord[], bytes: Buffer): BatchRefusal | undefined {
    if (result.errorCode === 0) return undefined
    const error = errorNameOf(result)
    if (!isRefusal(error)) throw errorIn([result])
    const { topic, partition, recordErrors } = result
    this.#sequences.giveBack(topic, partition, batch.length)
    if (batch.length > 1 && error === 'MESSAGE_TOO_LARGE') this.#batchBytes.set(topic, bytes.length >> 1)
    return {
      error,
      reason: recordErrors[0]?.reason ?? reasonOf(result),
      records: recordErrors.map(({ index }) => index),
    }
  }

  #send(leader: Parameters<typeof produceTo>[1], round: Round): Promise<ProduceResult[]> {
    return produceTo(this.#pool, leader, this.#transactionalId, round)
  }

  #maxBytes(topic: string): number {
    return this.#batchBytes.get(topic) ?? BATCH_BYTES
  }

  /** @param compressFrom a record above this size, in bytes, that is a batch of its own is compressed: its source may have been, too */
  #encode(records: readonly OutputRecord[], topic: string, partition: number, compressFrom: number): Buffer {
    const sequence = this.#sequences.take(topic, partition, records.length)
    const bytes = encodeRecordBatch(records, { ...this.#producer, sequence })
    const isLarge = records.length === 1 && bytes.length > Math.min(this.#maxBytes(topic), compressFrom)
    return isLarge ? compressRecordBatch(bytes) : bytes
  }
}

/** Splits a round into requests of a bounded size, each with at least one batch. */
function requestsOf(round: Round): Round[] {
  const requests: Round[] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const one of round) {
    bytes += one.bytes.length
    if (bytes > REQUEST_BYTES) {
      requests.push([])
      bytes = one.bytes.length
    }
    requests.at(-1)?.push(one)
  }
  return requests
}

function explain(result: ProduceResult): string {
  return `${result.topic}/${result.partition} refused a batch: ${reasonOf(result)} (${errorNameOf(result)})`
}

/** One error for all failed partitions, as @platformatic/kafka throws it. */
function errorIn(results: readonly ProduceResult[]): Error | undefined {
  const failed = results.filter(({ errorCode }) => errorCode !== 0)
  if (failed.length === 0) return undefined
  const errors = failed.map(
    ({ topic, partition, errorCode, reason }) => [`/${topic}/${partition}`, [errorCode, reason]] as const,
  )
  return new ResponseError(PRODUCE.key, PRODUCE.version, Object.fromEntries(errors) as never, failed)
}
