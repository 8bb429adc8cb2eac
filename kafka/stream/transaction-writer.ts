import {
  addOffsetsToTxnV4,
  addPartitionsToTxnV3,
  type Broker,
  type Connection,
  ConnectionPool,
  type Consumer,
  endTxnV4,
  findCoordinatorV6,
  initProducerIdV5,
  txnOffsetCommitV4,
} from '@platformatic/kafka'
import pRetry from 'p-retry'
import { errorNames } from '../platformatic/platformatic-error.ts'
import { REQUEST_TIMEOUT_MS } from '../protocol/produce-request.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { type ByTopic, groupByPartition } from '../protocol/rounds.ts'
import { TransactionOutput } from './transaction-output.ts'

const TRANSACTION_COORDINATOR = 1
const GROUP_COORDINATOR = 0
/** States that pass by themselves: a coordinator is still ending the previous transaction, or loading. */
const PASSING = ['CONCURRENT_TRANSACTIONS', 'COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE']
const UNTIL_PASSED = {
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 2,
  factor: 1.5,
  maxTimeout: 50,
  maxRetryTime: 15_000,
}

export interface Offset {
  readonly partition: number
  /** The offset to commit: that of the next record to process. */
  readonly next: number
}

/** The group member that commits offsets. */
export interface Member {
  readonly generationId: number
  readonly memberId: string
}

export interface TransactionWriterOptions {
  readonly clientId: string
  readonly connection: ConstructorParameters<typeof ConnectionPool>[1]
  readonly transactionalId: string
  readonly timeoutMs: number
  readonly groupId: string
  /** The topic whose offsets are committed. */
  readonly topic: string
}

/**
 * Writes records and a group's offsets in transactions, with the protocol's own requests. It sends the member's generation
 * with the offsets (KIP-447), so that the broker refuses a member that was replaced. After any error but a refusal the
 * writer cannot be used again; a new writer with the same transactional id aborts what this writer left open.
 */
export class TransactionWriter {
  readonly #options: TransactionWriterOptions
  /** Only asked for metadata. */
  readonly #consumer: Consumer
  readonly #pool: ConnectionPool
  #coordinator!: Connection
  #groupCoordinator!: Connection
  #producer = { id: -1n, epoch: -1 }
  readonly #output: TransactionOutput

  constructor(consumer: Consumer, options: TransactionWriterOptions) {
    this.#consumer = consumer
    this.#options = options
    this.#pool = new ConnectionPool(options.clientId, {
      ...options.connection,
      requestTimeout: REQUEST_TIMEOUT_MS,
    })
    this.#output = new TransactionOutput(consumer, this.#pool, options.transactionalId)
  }

  /** Takes the transactional id over: the broker aborts its open transaction and fences its former owner. */
  async init(): Promise<void> {
    const { transactionalId, groupId, timeoutMs } = this.#options
    this.#coordinator = await this.#connectTo(TRANSACTION_COORDINATOR, transactionalId)
    this.#groupCoordinator = await this.#connectTo(GROUP_COORDINATOR, groupId)
    const { producerId, producerEpoch } = await passing(() =>
      initProducerIdV5.api.async(this.#coordinator, transactionalId, timeoutMs, -1n, -1),
    )
    this.#producer = { id: producerId, epoch: producerEpoch }
    this.#output.begin(this.#producer)
  }

  /**
   * Writes the records and the group's offsets, all or nothing. Returns when the broker has decided to commit.
   * @param isCareful whether to write batch by batch, which finds each record that the broker refuses
   * @throws OutputRefusedError if the broker refuses records; the transaction is then aborted, and `init` makes the writer
   * usable again
   */
  async commit(
    output: readonly OutputRecord[],
    member: Member,
    offsets: readonly Offset[],
    isCareful = false,
  ): Promise<void> {
    const { transactionalId, groupId } = this.#options
    const { id, epoch } = this.#producer
    const byTopic = groupByPartition(output)
    try {
      if (byTopic.size > 0) await this.#addPartitions(byTopic)
      await passing(() => addOffsetsToTxnV4.api.async(this.#coordinator, transactionalId, id, epoch, groupId))
      const producing = isCareful ? this.#output.writeCarefully(byTopic) : this.#output.write(byTopic)
      await Promise.all([producing, this.#commitOffsets(member, offsets)])
      await passing(() => endTxnV4.api.async(this.#coordinator, transactionalId, id, epoch, true))
    } catch (error) {
      // Spares readers the wait for the transaction's timeout. If this fails too, the timeout aborts it.
      await endTxnV4.api.async(this.#coordinator, transactionalId, id, epoch, false).catch(() => undefined)
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }

  async #connectTo(type: number, key: string): Promise<Connection> {
    const { brokers } = await this.#consumer.metadata({ topics: [this.#options.topic] })
    const any = await this.#pool.getFirstAvailable([...brokers.values()])
    const { coordinators } = await passing(() => findCoordinatorV6.api.async(any, type, [key]))
    const { host, port } = coordinators[0] as Broker
    return this.#pool.get({ host, port })
  }

  async #addPartitions(byTopic: ByTopic): Promise<void> {
    const topics = [...byTopic].map(([name, partitions]) => ({
      name,
      partitions: Object.keys(partitions).map(Number),
    }))
    const { id, epoch } = this.#producer
    const { transactionalId } = this.#options
    await passing(() =>
      addPartitionsToTxnV3.api.async(this.#coordinator, [
        { transactionalId, producerId: id, producerEpoch: epoch, verifyOnly: false, topics },
      ]),
    )
  }

  async #commitOffsets({ generationId, memberId }: Member, offsets: readonly Offset[]): Promise<void> {
    const { transactionalId, groupId, topic } = this.#options
    const partitions = offsets.map(({ partition, next }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(next),
      committedLeaderEpoch: -1,
      committedMetadata: '',
    }))
    const { id, epoch } = this.#producer
    await passing(() =>
      txnOffsetCommitV4.api.async(
        this.#groupCoordinator,
        transactionalId,
        groupId,
        id,
        epoch,
        generationId,
        memberId,
        null,
        [{ name: topic, partitions }],
      ),
    )
  }
}

/** Retries a request, for up to 15 s, while it meets a state that passes by itself. */
function passing<T>(request: () => Promise<T>): Promise<T> {
  return pRetry(request, {
    ...UNTIL_PASSED,
    shouldRetry: ({ error }) => errorNames(error).some((name) => PASSING.includes(name)),
  })
}
