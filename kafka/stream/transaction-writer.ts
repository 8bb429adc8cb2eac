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
  protocolErrors,
  protocolErrorsCodesById,
  ResponseError,
  txnOffsetCommitV4,
} from '@platformatic/kafka'
import pRetry from 'p-retry'
import { batchEnd } from '../protocol/batch-split.ts'
import { compressRecordBatch, encodeRecordBatch } from '../protocol/encode-batch.ts'
import {
  type PartitionAnswer,
  type PartitionBatch,
  PRODUCE,
  produceRequest,
  REQUEST_TIMEOUT_MS,
  readProduceAnswers,
} from '../protocol/produce-request.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { isRefusal, OutputRefusedError, refusalOf } from './refusal.ts'

const TRANSACTION_COORDINATOR = 1
const GROUP_COORDINATOR = 0
/** What one batch may take: half of what a broker accepts by default, for its size is estimated. */
const BATCH_BYTES = 512 * 1024
/** From what size on a record is compressed that comes again, in bytes. */
const WORTH_COMPRESSING = 1024
/** The broker's MESSAGE_TOO_LARGE. */
const TOO_LARGE = 10
/** What one request may take where it holds several batches. */
const REQUEST_BYTES = 16 * 1024 * 1024
/** A broker ends the connection at a request of 100 MiB (socket.request.max.bytes): nothing is written that is near it. */
const MAX_BATCH_BYTES = 96 * 1024 * 1024
/** Sequences wrap to 0 after the largest 32-bit number. */
const SEQUENCES = 2 ** 31
/** What passes by itself while a coordinator carries out the transaction before, or loads. */
const PASSING = ['CONCURRENT_TRANSACTIONS', 'COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE']
const UNTIL_PASSED = {
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 2,
  factor: 1.5,
  maxTimeout: 50,
  maxRetryTime: 15_000,
}

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
 * error but a refusal the writer is of no more use: a new one with the same transactional id ends what this one left open.
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
  /** What one batch may take in topics that refused larger ones. */
  readonly #batchBytes = new Map<string, number>()

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
    this.#sequences.clear()
  }

  /**
   * Writes the records and the group's offsets, all or nothing. Returns when the broker has decided to commit.
   * @param isCareful whether it finds each record that the broker refuses, a batch after the other
   * @throws OutputRefusedError where the broker refuses records; the transaction is then aborted, and `init` makes the writer
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
      const producing = isCareful ? this.#produceCarefully(byTopic) : this.#produce(byTopic)
      await Promise.all([producing, this.#commitOffsets(member, offsets)])
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
    const requests = new Map<number, Round[]>()
    for (const [topic, partitions] of byTopic) {
      for (const [index, records] of Object.entries(partitions)) {
        const partition = Number(index)
        const leader = topics.get(topic)?.partitions[partition]?.leader ?? -1
        const rounds = requests.get(leader) ?? []
        requests.set(leader, rounds)
        for (const [round, batch] of this.#batches(topic, partition, records).entries()) {
          rounds[round] ??= []
          rounds[round].push({ topic, partition, batch })
        }
      }
    }
    const sent = await Promise.allSettled(
      [...requests].flatMap(([leader, rounds]) => {
        const broker = brokers.get(leader)
        if (!broker) return [Promise.reject(new Error('a partition has no leader'))]
        return rounds.flatMap(requestsOf).map((request) => this.#send(broker, request))
      }),
    )
    const answers = sent.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    const refused = answers.find(({ errorCode }) => isRefusal(nameOf(errorCode)))
    // What follows a batch that was refused fails too, as out of order.
    if (refused) throw new OutputRefusedError(explain(refused))
    const failure = sent.find((one) => one.status === 'rejected')?.reason ?? errorIn(answers)
    if (!failure) return
    // A leader that has moved: the next one asks again who it is.
    this.#consumer.clearMetadata()
    throw failure
  }

  /**
   * Sends a batch at a time, and one that is refused again in halves, until each record that the broker refuses is known by
   * itself. What it accepts meanwhile only counts where nothing is refused.
   */
  async #produceCarefully(byTopic: ByTopic): Promise<void> {
    if (byTopic.size === 0) return
    const { topics, brokers } = await this.#consumer.metadata({ topics: [...byTopic.keys()] })
    const refused: { output: OutputRecord; refusal: ReturnType<typeof refusalOf> }[] = []
    let reason = ''
    for (const [topic, partitions] of byTopic) {
      for (const [index, records] of Object.entries(partitions)) {
        const partition = Number(index)
        const broker = brokers.get(topics.get(topic)?.partitions[partition]?.leader ?? -1)
        if (!broker) throw new Error('a partition has no leader')
        const waiting: (readonly OutputRecord[])[] = [records]
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const end = batchEnd(next, 0, this.#batchBytes.get(topic) ?? BATCH_BYTES)
          if (end < next.length) waiting.push(next.slice(end))
          const tried = next.slice(0, end)
          const [batch] = this.#batches(topic, partition, tried, WORTH_COMPRESSING) as [Buffer]
          const [answer] = await this.#send(broker, [{ topic, partition, batch }])
          if (!answer || answer.errorCode === 0) continue
          if (!isRefusal(nameOf(answer.errorCode))) throw errorIn([answer])
          // It was not appended: its numbers are those of what comes next.
          this.#rewind(topic, partition, tried.length)
          reason ||= explain(answer)
          const [output] = tried as [OutputRecord]
          if (tried.length > 1) waiting.push(...parts(tried, answer).reverse())
          else {
            const why = answer.recordErrors[0]?.reason ?? answer.reason ?? messageOf(answer)
            refused.push({ output, refusal: refusalOf(nameOf(answer.errorCode), why, output) })
          }
          if (tried.length > 1 && answer.errorCode === TOO_LARGE)
            this.#batchBytes.set(topic, batch.length >> 1)
        }
      }
    }
    if (refused.length > 0) throw new OutputRefusedError(reason, refused)
  }

  /** Sends at most one batch of each partition. Requests to one broker are answered in the order in which they are sent. */
  async #send(broker: Broker, batches: Round): Promise<PartitionAnswer[]> {
    const fitting = batches.filter(({ batch }) => batch.length <= MAX_BATCH_BYTES)
    const tooLarge = batches.filter(({ batch }) => batch.length > MAX_BATCH_BYTES)
    const answers = tooLarge.map(({ topic, partition, batch }) => ({
      topic,
      partition,
      errorCode: TOO_LARGE,
      reason: `${batch.length} bytes are more than one request may hold`,
      recordErrors: [],
    }))
    if (fitting.length === 0) return answers
    const byTopic = Map.groupBy(fitting, ({ topic }) => topic)
    const connection = await this.#pool.get(broker)
    return [...answers, ...(await produce.async(connection, this.#options.transactionalId, byTopic))]
  }

  #batches(
    topic: string,
    partition: number,
    records: readonly OutputRecord[],
    compressFrom = Number.POSITIVE_INFINITY,
  ): Buffer[] {
    const batches: Buffer[] = []
    const sequences = this.#sequences.get(topic) ?? []
    this.#sequences.set(topic, sequences)
    for (let start = 0; start < records.length; ) {
      const maxBytes = this.#batchBytes.get(topic) ?? BATCH_BYTES
      const end = batchEnd(records, start, maxBytes)
      const sequence = sequences[partition] ?? 0
      const batch = encodeRecordBatch(records.slice(start, end), { ...this.#producer, sequence })
      const isLarge = end === start + 1 && batch.length > Math.min(maxBytes, compressFrom)
      batches.push(isLarge ? compressRecordBatch(batch) : batch)
      sequences[partition] = (sequence + end - start) % SEQUENCES
      start = end
    }
    return batches
  }

  #rewind(topic: string, partition: number, count: number): void {
    const sequences = this.#sequences.get(topic) ?? []
    sequences[partition] = ((sequences[partition] ?? 0) - count + SEQUENCES) % SEQUENCES
  }
}

/** A batch that was refused, in its order: the records that the broker names by themselves, or else two halves. */
function parts(records: readonly OutputRecord[], { recordErrors }: PartitionAnswer): OutputRecord[][] {
  const named = new Set(recordErrors.map(({ index }) => index))
  if (named.size === 0) {
    const half = records.length >> 1
    return [records.slice(0, half), records.slice(half)]
  }
  const found: OutputRecord[][] = []
  let isOpen = false
  for (const [index, record] of records.entries()) {
    if (isOpen && !named.has(index)) found.at(-1)?.push(record)
    else found.push([record])
    isOpen = !named.has(index)
  }
  return found
}

/** Batches that go together, at most one of each partition. */
type Round = (PartitionBatch & { readonly topic: string })[]

/** A round as requests of a bounded size, each with at least one batch. */
function requestsOf(round: Round): Round[] {
  const requests: Round[] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const one of round) {
    bytes += one.batch.length
    if (bytes > REQUEST_BYTES) {
      requests.push([])
      bytes = one.batch.length
    }
    requests.at(-1)?.push(one)
  }
  return requests
}

function nameOf(errorCode: number): string {
  return protocolErrorsCodesById[errorCode] ?? `error ${errorCode}`
}

function messageOf({ errorCode }: PartitionAnswer): string {
  const name = nameOf(errorCode)
  return protocolErrors[name]?.message ?? name
}

function explain(answer: PartitionAnswer): string {
  const { topic, partition, reason, errorCode } = answer
  return `${topic}/${partition} refused a batch: ${reason ?? messageOf(answer)} (${nameOf(errorCode)})`
}

function errorIn(answers: readonly PartitionAnswer[]): Error | undefined {
  const failed = answers.filter(({ errorCode }) => errorCode !== 0)
  if (failed.length === 0) return undefined
  const errors = failed.map(
    ({ topic, partition, errorCode, reason }) => [`/${topic}/${partition}`, [errorCode, reason]] as const,
  )
  return new ResponseError(PRODUCE.key, PRODUCE.version, Object.fromEntries(errors) as never, failed)
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

/** Repeats what meets a state that passes by itself, for a while. */
function passing<T>(request: () => Promise<T>): Promise<T> {
  return pRetry(request, {
    ...UNTIL_PASSED,
    shouldRetry: ({ error }) => PASSING.some((apiId) => findErrorBy(error, 'apiId', apiId)),
  })
}

const produce = createAPI<
  [transactionalId: string, topics: ReadonlyMap<string, readonly PartitionBatch[]>],
  PartitionAnswer[]
>(PRODUCE.key, PRODUCE.version, produceRequest, readProduceAnswers)
