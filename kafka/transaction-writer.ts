import { setTimeout as sleep } from 'node:timers/promises'
import {
  addOffsetsToTxnV4,
  addPartitionsToTxnV3,
  type Broker,
  type Connection,
  ConnectionPool,
  type Consumer,
  createAPI,
  endTxnV4,
  findCoordinatorV6,
  findErrorBy,
  initProducerIdV5,
  produceV11,
  txnOffsetCommitV4,
} from '@platformatic/kafka'
import { type PartitionBatch, PRODUCE, produceRequest, REQUEST_TIMEOUT_MS } from './produce-request.ts'
import { encodeRecordBatch, recordSize } from './record-batch.ts'
import type { OutputRecord } from './stream-port.ts'

const TRANSACTION_COORDINATOR = 1
const GROUP_COORDINATOR = 0
/** What one batch may take: half of what a broker accepts by default, for its size is estimated. */
const BATCH_BYTES = 512 * 1024
/** What passes by itself while a coordinator carries out the transaction before, or loads. */
const PASSING = ['CONCURRENT_TRANSACTIONS', 'COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE']
const PATIENCE_MS = 15_000
const FIRST_WAIT_MS = 2
const MAX_WAIT_MS = 50

/** Up to where a partition is processed: the next offset. */
export interface Offset {
  readonly partition: number
  readonly next: number
}

/** Which member of the group read what a transaction's offsets say. */
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
 * Writes records and a group's offsets in one transaction after the other, by the protocol's own requests. The offsets go
 * with the member's generation (KIP-447), so that the broker refuses those of a member that has been replaced. After any
 * error the writer is of no more use: a new one with the same transactional id ends what this one left open.
 */
export class TransactionWriter {
  readonly #options: TransactionWriterOptions
  /** It lends its view of the cluster. */
  readonly #consumer: Consumer
  readonly #pool: ConnectionPool
  #coordinator!: Connection
  #groupCoordinator!: Connection
  #producer = { id: -1n, epoch: -1 }
  readonly #sequences = new Map<string, number[]>()

  constructor(consumer: Consumer, options: TransactionWriterOptions) {
    this.#consumer = consumer
    this.#options = options
    this.#pool = new ConnectionPool(options.clientId, {
      ...options.connection,
      requestTimeout: REQUEST_TIMEOUT_MS,
    })
  }

  /** Takes the transactional id over: what was left open under it is aborted, whoever had it is fenced. */
  async init(): Promise<void> {
    const { transactionalId, groupId, timeoutMs } = this.#options
    this.#coordinator = await this.#connectTo(TRANSACTION_COORDINATOR, transactionalId)
    this.#groupCoordinator = await this.#connectTo(GROUP_COORDINATOR, groupId)
    const { producerId, producerEpoch } = await passing(() =>
      initProducerIdV5.api.async(this.#coordinator, transactionalId, timeoutMs, -1n, -1),
    )
    this.#producer = { id: producerId, epoch: producerEpoch }
  }

  /** Writes the records and the group's offsets, all or nothing. Returns when the broker has decided to commit. */
  async commit(output: readonly OutputRecord[], member: Member, offsets: readonly Offset[]): Promise<void> {
    const { transactionalId, groupId } = this.#options
    const { id, epoch } = this.#producer
    const byTopic = groupByPartition(output)
    try {
      if (byTopic.size > 0) await this.#addPartitions(byTopic)
      await passing(() => addOffsetsToTxnV4.api.async(this.#coordinator, transactionalId, id, epoch, groupId))
      await Promise.all([this.#produce(byTopic), this.#commitOffsets(member, offsets)])
      await passing(() => endTxnV4.api.async(this.#coordinator, transactionalId, id, epoch, true))
    } catch (error) {
      // So that readers need not wait for the transaction's time to be over. Where it cannot be, its time will be over.
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

  /** Sends each partition's records in batches that the broker takes, in order: on one connection to each leader. */
  async #produce(byTopic: ByTopic): Promise<void> {
    if (byTopic.size === 0) return
    const { topics, brokers } = await this.#consumer.metadata({ topics: [...byTopic.keys()] })
    // A request may hold one batch of each partition.
    const requests = new Map<number, Map<string, PartitionBatch[]>[]>()
    for (const [topic, partitions] of byTopic) {
      for (const [index, records] of Object.entries(partitions)) {
        const partition = Number(index)
        const leader = topics.get(topic)?.partitions[partition]?.leader ?? -1
        const rounds = requests.get(leader) ?? []
        requests.set(leader, rounds)
        for (const [round, batch] of this.#batches(topic, partition, records).entries()) {
          rounds[round] ??= new Map()
          const batches = rounds[round].get(topic) ?? []
          rounds[round].set(topic, batches)
          batches.push({ partition, batch })
        }
      }
    }
    const sent = [...requests].map(async ([leader, rounds]) => {
      const broker = brokers.get(leader)
      if (!broker) throw new Error('a partition has no leader')
      const connection = await this.#pool.get(broker)
      await Promise.all(
        rounds.map((round) => produce.async(connection, this.#options.transactionalId, round)),
      )
    })
    await Promise.all(sent).catch((error: Error) => {
      // A leader that has moved: the next one asks again who it is.
      this.#consumer.clearMetadata()
      throw error
    })
  }

  #batches(topic: string, partition: number, records: readonly OutputRecord[]): Buffer[] {
    const batches: Buffer[] = []
    const sequences = this.#sequences.get(topic) ?? []
    this.#sequences.set(topic, sequences)
    for (let start = 0; start < records.length; ) {
      const end = batchEnd(records, start)
      const sequence = sequences[partition] ?? 0
      batches.push(encodeRecordBatch(records.slice(start, end), { ...this.#producer, sequence }))
      // Sequences wrap to 0 after the largest 32-bit number.
      sequences[partition] = (sequence + end - start) % 2 ** 31
      start = end
    }
    return batches
  }
}

/** Records by topic and, as an object's keys, by partition. */
type ByTopic = Map<string, Record<number, OutputRecord[]>>

function groupByPartition(output: readonly OutputRecord[]): ByTopic {
  const byTopic: ByTopic = new Map()
  for (const record of output) {
    let partitions = byTopic.get(record.topic)
    if (!partitions) {
      partitions = {}
      byTopic.set(record.topic, partitions)
    }
    const records = partitions[record.partition]
    if (records) records.push(record)
    else partitions[record.partition] = [record]
  }
  return byTopic
}

/** Where the batch ends that begins at `start`: at least one record is in it. */
function batchEnd(records: readonly OutputRecord[], start: number): number {
  let bytes = 0
  let end = start
  while (end < records.length) {
    bytes += recordSize(records[end] as OutputRecord)
    if (bytes > BATCH_BYTES && end > start) break
    end += 1
  }
  return end
}

/** Repeats what meets a state that passes by itself, for a while. */
async function passing<T>(request: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, MAX_WAIT_MS)) {
    try {
      return await request()
    } catch (error) {
      const isPassing = PASSING.some((apiId) => findErrorBy(error as Error, 'apiId', apiId))
      if (!isPassing || performance.now() > deadline) throw error
      await sleep(wait)
    }
  }
}

const produce = createAPI<[transactionalId: string, topics: ReadonlyMap<string, PartitionBatch[]>], unknown>(
  PRODUCE.key,
  PRODUCE.version,
  produceRequest,
  produceV11.parseResponse,
)
