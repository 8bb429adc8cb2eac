import { ConnectionPool, findErrorBy, initProducerIdV5 } from '@platformatic/kafka'
import pRetry from 'p-retry'
import { PlaystreamError } from '../../catalog/errors.ts'
import type { Warn } from '../kafkajs/kafkajs-client.ts'
import { explain } from '../platformatic/explain.ts'
import { SteadyConsumer } from '../platformatic/known-topics.ts'
import { groupByLeader, noLeader } from '../platformatic/leaders.ts'
import { errorNames } from '../platformatic/platformatic-error.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import { produceTo } from '../platformatic/produce.ts'
import type { Profile } from '../profile/profile.ts'
import { isFatalError, isRefusal } from '../protocol/broker-errors.ts'
import { countOf, encodeRecordBatch, NO_PRODUCER, withProducer } from '../protocol/encode-batch.ts'
import {
  type EncodedBatch,
  errorNameOf,
  type ProduceResult,
  REQUEST_TIMEOUT_MS,
  reasonOf,
} from '../protocol/produce-request.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { groupByPartition, type Round, roundsOf } from '../protocol/rounds.ts'
import { Sequences } from '../protocol/sequences.ts'
import { unlessAborted } from '../unless-aborted.ts'

/** The most estimated bytes in one batch: a broker accepts 1 MiB by default. */
const BATCH_BYTES = 900 * 1024
/** Retries for as long as the caller waits. */
const BACKOFF = { retries: Number.POSITIVE_INFINITY, minTimeout: 50, maxTimeout: 1_000 }

/** The broker does not know the producer any more, or misses its previous batch. A new producer id cures both. */
const PRODUCER_LOST = [
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]

/** Encodes batches without a producer, which is set when they are sent. */
const ENCODING = {
  maxBytes: () => BATCH_BYTES,
  encode: (records: readonly OutputRecord[]) => encodeRecordBatch(records, NO_PRODUCER, false),
}

/** The broker refuses the records or the client, however often they are sent. */
export class FatalProduceError extends PlaystreamError {}

export interface IdempotentWriterOptions {
  readonly clientId: string
  readonly topic: string
  readonly warn: Warn
}

/**
 * Writes records to one topic, each encoded once into the batch that goes to the broker: twice as fast as kafkajs. A batch
 * that is sent again because its answer was lost is written once (KIP-98's idempotent producer).
 *
 * It shares encoding, splitting, sending and the meaning of errors with the TransactionWriter, and differs where their
 * promises do: this writer waits for each round of batches before it sends the next one, because it repeats a failed
 * batch itself and the batch must not arrive behind its successor. A transaction sends all its batches at once and is
 * aborted as a whole.
 */
export class IdempotentWriter {
  readonly #options: IdempotentWriterOptions
  readonly #base: ReturnType<typeof platformaticOptions>
  #connections: Connections | undefined
  #producer: { readonly id: bigint; readonly epoch: number } | undefined
  readonly #sequences = new Sequences()
  #isTroubled = false
  /** Requests that have failed so far, including those that succeeded on retry. */
  failures = 0

  constructor(profile: Profile, options: IdempotentWriterOptions) {
    this.#options = options
    this.#base = { ...platformaticOptions(profile, options.clientId), retries: 0 }
  }

  /**
   * The number of partitions of the topic. Waits for a broker as `write` does.
   * @throws FatalProduceError, or the signal's reason
   */
  async partitions(signal: AbortSignal): Promise<number> {
    return this.#patiently(signal, async () => {
      const { topics } = await this.#open().metadata(this.#options.topic)
      return topics.get(this.#options.topic)?.partitions.length ?? 0
    })
  }

  /**
   * Writes records, keeping the order of each partition, and returns when all in-sync replicas have them. Retries until the
   * signal is aborted, and warns once. One call at a time.
   * @throws FatalProduceError if no retry helps; the signal's reason, in which case records may or may not be written
   */
  async write(records: readonly OutputRecord[], signal: AbortSignal): Promise<void> {
    for (const round of roundsOf(groupByPartition(records), ENCODING)) await this.#writeRound(round, signal)
  }

  /** Whether the broker does not answer, or answers with errors, so that a write waits. */
  get isTroubled(): boolean {
    return this.#isTroubled
  }

  async close(): Promise<void> {
    await this.#drop()
  }

  async #writeRound(round: Round, signal: AbortSignal): Promise<void> {
    let waiting = round
    /** Batches with a producer and sequence, which a batch keeps when it is sent again. */
    const numbered = new Set<EncodedBatch>()
    await this.#patiently(signal, async () => {
      const producer = await this.#identity()
      for (const batch of waiting) {
        if (numbered.has(batch)) continue
        const { topic, partition, bytes } = batch
        withProducer(bytes, {
          ...producer,
          sequence: this.#sequences.take(topic, partition, countOf(bytes)),
        })
        numbered.add(batch)
      }
      const { results, failure } = await this.#send(waiting)
      const written = new Set(results.filter(isWritten).map(({ partition }) => partition))
      waiting = waiting.filter(({ partition }) => !written.has(partition))
      if (failure) throw failure
      const failed = results.filter((result) => !isWritten(result))
      const [first] = failed
      if (!first) return
      if (failed.some((result) => PRODUCER_LOST.includes(errorNameOf(result)))) {
        this.#producer = undefined
        numbered.clear()
      }
      throw errorOf(first)
    })
  }

  /** Sends each leader its batches. If requests fail, returns the first failure and the results of the other requests. */
  async #send(round: Round): Promise<{ results: ProduceResult[]; failure: Error | undefined }> {
    const connections = this.#open()
    const byLeader = groupByLeader(await connections.metadata(this.#options.topic), round)
    const sent = await Promise.allSettled(
      [...byLeader].map(async ([leader, batches]) => {
        if (!leader) throw noLeader(batches[0] as EncodedBatch)
        return produceTo(connections.pool, leader, null, batches)
      }),
    )
    return {
      results: sent.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
      failure: sent.find((one) => one.status === 'rejected')?.reason,
    }
  }

  async #identity(): Promise<{ readonly id: bigint; readonly epoch: number }> {
    if (this.#producer) return this.#producer
    const connection = await this.#open().any(this.#options.topic)
    const { producerId, producerEpoch } = await initProducerIdV5.api.async(connection, null, 0, -1n, -1)
    this.#producer = { id: producerId, epoch: producerEpoch }
    this.#sequences.clear()
    return this.#producer
  }

  async #patiently<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    const { topic, warn } = this.#options
    const result = await pRetry(() => unlessAborted(signal, attempt()), {
      ...BACKOFF,
      signal,
      onFailedAttempt: async ({ error, attemptNumber }) => {
        this.#rethrowFatal(error)
        this.failures += 1
        await this.#drop()
        if (this.#isTroubled || attemptNumber === 1) return
        warn(`kafka: cannot write ${topic}: ${explain(error)}; waiting until that passes`)
        this.#isTroubled = true
      },
    }).catch((error: Error) => {
      // The request under way ends with its connections, or it would take as long as a request may.
      if (signal.aborted) void this.#drop()
      throw error
    })
    if (this.#isTroubled) warn(`kafka: ${topic} is written again`)
    this.#isTroubled = false
    return result
  }

  #rethrowFatal(error: Error): void {
    if (error instanceof FatalProduceError) throw error
    const isFatal =
      errorNames(error).some((name) => isFatalError(name) || isRefusal(name)) ||
      findErrorBy(error, 'code', 'PLT_KFK_AUTHENTICATION')
    if (isFatal)
      throw new FatalProduceError(`the broker refused ${this.#options.clientId}: ${explain(error)}`)
  }

  #open(): Connections {
    this.#connections ??= new Connections(this.#base)
    return this.#connections
  }

  async #drop(): Promise<void> {
    const connections = this.#connections
    this.#connections = undefined
    await connections?.close()
  }
}

/** Metadata and connections to the brokers, which are dropped together at the first failure. */
class Connections {
  readonly pool: ConnectionPool
  /** Only asked for metadata; joins no group. */
  readonly #client: SteadyConsumer

  constructor(options: ReturnType<typeof platformaticOptions>) {
    this.#client = new SteadyConsumer({ ...options, groupId: `${options.clientId}-none`, autocommit: false })
    this.pool = new ConnectionPool(options.clientId, { ...options, requestTimeout: REQUEST_TIMEOUT_MS })
  }

  metadata(topic: string) {
    return this.#client.metadata({ topics: [topic] })
  }

  async any(topic: string) {
    const { brokers } = await this.metadata(topic)
    return this.pool.getFirstAvailable([...brokers.values()])
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#client.close(true), this.pool.close()])
  }
}

/** Also true for a batch that was written before, but whose response was lost. */
function isWritten(result: ProduceResult): boolean {
  return result.errorCode === 0 || errorNameOf(result) === 'DUPLICATE_SEQUENCE_NUMBER'
}

function errorOf(result: ProduceResult): Error {
  const name = errorNameOf(result)
  const text = `partition ${result.partition} of ${result.topic}: ${reasonOf(result)} (${name})`
  if (!isFatalError(name) && !isRefusal(name)) return new Error(text)
  const fix = name === 'MESSAGE_TOO_LARGE' ? '; raise its max.message.bytes: playstream topics apply' : ''
  return new FatalProduceError(`the broker refused a batch for ${text}${fix}`)
}
