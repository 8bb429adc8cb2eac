import {
  type Broker,
  ConnectionPool,
  createAPI,
  findErrorBy,
  initProducerIdV5,
  protocolErrors,
  protocolErrorsCodesById,
} from '@platformatic/kafka'
import pRetry from 'p-retry'
import { KafkaRoomError } from '../errors.ts'
import type { Warn } from '../kafkajs/kafkajs-client.ts'
import { explain } from '../platformatic/explain.ts'
import { SteadyConsumer } from '../platformatic/known-topics.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'
import { batchEnd } from '../protocol/batch-split.ts'
import { countOf, encodeRecordBatch, NO_PRODUCER, withProducer } from '../protocol/encode-batch.ts'
import {
  type PartitionAnswer,
  type PartitionBatch,
  PRODUCE,
  produceRequest,
  REQUEST_TIMEOUT_MS,
  readProduceAnswers,
} from '../protocol/produce-request.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { unlessAborted } from '../unless-aborted.ts'

/** What one batch may take, by an estimate: a broker takes 1 MiB by default. */
const BATCH_BYTES = 900 * 1024
/** Between tries, as long as the caller waits. */
const BACKOFF = { retries: Number.POSITIVE_INFINITY, minTimeout: 50, maxTimeout: 1_000 }
/** Sequences wrap to 0 after the largest 32-bit number. */
const SEQUENCES = 2 ** 31

/** What the broker answers where it has forgotten the producer, or never saw what came before: another one goes on. */
const PRODUCER_LOST = [
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]
/** What no waiting cures. */
const FATAL = [
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'UNSUPPORTED_VERSION',
  'INVALID_TOPIC_EXCEPTION',
]

/** The broker will not take what it is sent, however often. */
export class FatalProduceError extends KafkaRoomError {
  override readonly name = 'FatalProduceError'
}

export interface IdempotentWriterOptions {
  readonly clientId: string
  readonly topic: string
  readonly warn: Warn
}

/**
 * Writes records to one topic, each encoded once into the batch that goes to the broker: twice as fast as kafkajs. A
 * batch that is sent again, for its answer was lost, is written once (KIP-98's idempotent producer).
 */
export class IdempotentWriter {
  readonly #options: IdempotentWriterOptions
  readonly #base: ReturnType<typeof platformaticOptions>
  #connections: Connections | undefined
  #producer: { readonly id: bigint; readonly epoch: number } | undefined
  #sequences: number[] = []
  #isTroubled = false
  /** Requests that failed so far, those among them that a retry cured. */
  failures = 0

  constructor(profile: Profile, options: IdempotentWriterOptions) {
    this.#options = options
    this.#base = { ...platformaticOptions(profile, options.clientId), retries: 0 }
  }

  /**
   * How many partitions the topic has. Waits for a broker as `write` does.
   * @throws FatalProduceError, or the signal's reason
   */
  async partitions(signal: AbortSignal): Promise<number> {
    return this.#patiently(signal, async () => {
      const { topics } = await this.#open().metadata(this.#options.topic)
      return topics.get(this.#options.topic)?.partitions.length ?? 0
    })
  }

  /**
   * Writes records, those of a partition in their order, and returns when all in-sync replicas have them. It waits for a
   * broker that is away as long as the signal lets it, and says so once. One call at a time.
   * @throws FatalProduceError where no waiting helps; the signal's reason: records may then have been written, or not
   */
  async write(records: readonly OutputRecord[], signal: AbortSignal): Promise<void> {
    for (const round of rounds(records)) await this.#writeRound(round, signal)
  }

  async close(): Promise<void> {
    await this.#drop()
  }

  /** One batch of each partition at most: so a partition never has two under way, and they cannot overtake each other. */
  async #writeRound(round: Map<number, Buffer>, signal: AbortSignal): Promise<void> {
    const sequences = new Map<number, number>()
    await this.#patiently(signal, async () => {
      const producer = await this.#identity()
      for (const [partition, batch] of round) {
        if (sequences.has(partition)) continue
        const sequence = this.#sequences[partition] ?? 0
        withProducer(batch, { ...producer, sequence })
        sequences.set(partition, sequence)
        this.#sequences[partition] = (sequence + countOf(batch)) % SEQUENCES
      }
      const failed = (await this.#send(round)).filter(({ partition, errorCode }) => {
        const isWritten = errorCode === 0 || nameOf(errorCode) === 'DUPLICATE_SEQUENCE_NUMBER'
        if (isWritten) round.delete(partition)
        return !isWritten
      })
      const [first] = failed
      if (!first) return
      if (failed.some(({ errorCode }) => PRODUCER_LOST.includes(nameOf(errorCode)))) {
        this.#producer = undefined
        sequences.clear()
      }
      throw answerError(first, this.#options.topic)
    })
  }

  /** Sends each leader its batches, on one connection. */
  async #send(round: ReadonlyMap<number, Buffer>): Promise<PartitionAnswer[]> {
    const { topic } = this.#options
    const connections = this.#open()
    const { topics, brokers } = await connections.metadata(topic)
    const byLeader = Map.groupBy(
      [...round].map(([partition, batch]): PartitionBatch => ({ partition, batch })),
      ({ partition }) => topics.get(topic)?.partitions[partition]?.leader ?? -1,
    )
    const answers = await Promise.allSettled(
      [...byLeader].map(async ([leader, batches]) => {
        const broker = brokers.get(leader)
        if (!broker) throw new Error(`partition ${batches[0]?.partition} of ${topic} has no leader`)
        return produce.async(await connections.to(broker), null, new Map([[topic, batches]]))
      }),
    )
    const failure = answers.find((answer) => answer.status === 'rejected')
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    // What other leaders have acknowledged is not to be sent again as if it were not.
    for (const { partition, errorCode } of found)
      if (failure && errorCode === 0) (round as Map<number, Buffer>).delete(partition)
    if (failure) throw failure.reason
    return found
  }

  async #identity(): Promise<{ readonly id: bigint; readonly epoch: number }> {
    if (this.#producer) return this.#producer
    const connection = await this.#open().any(this.#options.topic)
    const { producerId, producerEpoch } = await initProducerIdV5.api.async(connection, null, 0, -1n, -1)
    this.#producer = { id: producerId, epoch: producerEpoch }
    this.#sequences = []
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
    const isRefused =
      FATAL.some((id) => findErrorBy(error, 'apiId', id)) ||
      findErrorBy(error, 'code', 'PLT_KFK_AUTHENTICATION')
    if (isRefused)
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

/** A view of the cluster and connections to its brokers: dropped as a whole at the first trouble. */
class Connections {
  /** It lends its view of the cluster, and joins no group. */
  readonly #client: SteadyConsumer
  readonly #pool: ConnectionPool

  constructor(options: ReturnType<typeof platformaticOptions>) {
    this.#client = new SteadyConsumer({ ...options, groupId: `${options.clientId}-none`, autocommit: false })
    this.#pool = new ConnectionPool(options.clientId, { ...options, requestTimeout: REQUEST_TIMEOUT_MS })
  }

  metadata(topic: string) {
    return this.#client.metadata({ topics: [topic] })
  }

  async any(topic: string) {
    const { brokers } = await this.metadata(topic)
    return this.#pool.getFirstAvailable([...brokers.values()])
  }

  to({ host, port }: Broker) {
    return this.#pool.get({ host, port })
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#client.close(true), this.#pool.close()])
  }
}

/** Records as batches that a broker takes: the first ones of all partitions, then the second ones, and so on. */
function rounds(records: readonly OutputRecord[]): Map<number, Buffer>[] {
  const found: Map<number, Buffer>[] = []
  for (const [partition, own] of Map.groupBy(records, (record) => record.partition)) {
    for (let start = 0, round = 0; start < own.length; round += 1) {
      const end = batchEnd(own, start, BATCH_BYTES)
      found[round] ??= new Map()
      found[round]?.set(partition, encodeRecordBatch(own.slice(start, end), NO_PRODUCER, false))
      start = end
    }
  }
  return found
}

function nameOf(errorCode: number): string {
  return protocolErrorsCodesById[errorCode] ?? `error ${errorCode}`
}

function answerError({ partition, errorCode, reason }: PartitionAnswer, topic: string): Error {
  const name = nameOf(errorCode)
  const said = reason ?? protocolErrors[name]?.message ?? name
  const text = `partition ${partition} of ${topic}: ${said} (${name})`
  if (!FATAL.includes(name)) return new Error(text)
  const fix = name === 'MESSAGE_TOO_LARGE' ? '; raise its max.message.bytes: playstream topics apply' : ''
  return new FatalProduceError(`the broker refused a batch for ${text}${fix}`)
}

/** Produce, with batches that are encoded already, and the answer taken apart: a partition's error is its own. */
const produce = createAPI<
  [transactionalId: null, topics: ReadonlyMap<string, readonly PartitionBatch[]>],
  PartitionAnswer[]
>(PRODUCE.key, PRODUCE.version, produceRequest, readProduceAnswers)
