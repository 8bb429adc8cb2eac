import {
  ConnectionPool,
  createAPI,
  describeProducersV0,
  listTransactionsV1,
  type Reader as WireReader,
  Writer,
} from '@platformatic/kafka'
import type { Admin } from 'kafkajs'
import { becomesTrue } from '../../kafka/becomes-true.ts'
import { beginningOffsets, stableOffsets } from '../../kafka/clients/offsets.ts'
import { Reader } from '../../kafka/clients/topic-follower.ts'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../../kafka/profile/profile.ts'

const TRANSACTION_LOG = '__transaction_state'
/** Transactions that the coordinator has decided but not completed, and all that it has not completed (TransactionState.java). */
const PENDING = ['PrepareCommit', 'PrepareAbort', 'PrepareEpochFence']
const UNDECIDED = ['Ongoing', ...PENDING]
const ONGOING = 1
const PREPARE_COMMIT = 2
const PREPARE_ABORT = 3
/** Byte offsets in a value of the transaction log (TransactionLogValue.json). */
const VALUE = { producerId: 2, epoch: 10, state: 16 }
const SETTLE_MS = 5_000
const POLL_MS = 100

interface Hanging {
  readonly topic: string
  readonly partition: number
  readonly producerId: bigint
  readonly epoch: number
  readonly coordinatorEpoch: number
  readonly startOffset: bigint
}

type Connection = Awaited<ReturnType<ConnectionPool['get']>>

/**
 * Ends transactions that a single-node broker leaves open forever after kill -9 and a restart. The coordinator has written its
 * decision to its log, finds no leader for the partitions while the broker still starts, takes the partitions for deleted and
 * never sends them the markers; readers of committed records then stop there. This function does what `kafka-transactions.sh`
 * does by hand (KIP-664), with the coordinator's own decision: commit if its log says so, else abort. A transaction counts as
 * hanging if it is open before and after the coordinator is asked; this excludes transactions that a live producer begins or
 * ends in between. Returns the number of repaired partitions.
 */
export async function endHangingTransactions(profile: Profile): Promise<number> {
  const admin = createClient(profile, { clientId: 'health', patienceMs: 5_000 }).admin()
  const pool = new ConnectionPool('playstream-health', {})
  try {
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata()
    const { brokers } = await admin.describeCluster()
    const broker = brokers[0]
    if (!broker) return 0
    const connection = await pool.get(broker)
    const partitions = topics.map(({ name, partitions }) => ({
      name,
      partitionIndexes: partitions.map(({ partitionId }) => partitionId),
    }))
    const before = new Set((await open(connection, partitions)).map(identityOf))
    if (before.size === 0) return 0
    const undecided = await settled(connection)
    const hanging = (await open(connection, partitions)).filter(
      (one) => before.has(identityOf(one)) && !undecided.has(one.producerId),
    )
    if (hanging.length === 0) return 0
    const decisions = await decisionsOf(profile, admin)
    await writeMarkers.async(
      connection,
      hanging.map((one) => ({
        ...one,
        commit: decisions.get(`${one.producerId}/${one.epoch}`) === PREPARE_COMMIT,
      })),
    )
    return hanging.length
  } finally {
    await pool.close()
    await admin.disconnect()
  }
}

/** Waits for decided transactions to complete; returns the producers whose transactions the coordinator still handles. */
async function settled(connection: Connection): Promise<Set<bigint>> {
  let undecided = new Set<bigint>()
  const isSettled = async () => {
    const { transactionStates } = await listTransactionsV1.api.async(connection, [], [], -1n, null)
    const producersIn = (states: readonly string[]) =>
      transactionStates.filter(({ transactionState }) => states.includes(transactionState))
    undecided = new Set(producersIn(UNDECIDED).map(({ producerId }) => producerId))
    return producersIn(PENDING).length === 0
  }
  await becomesTrue(isSettled, { everyMs: POLL_MS, patienceMs: SETTLE_MS })
  return undecided
}

/** The open transactions in the logs of all partitions. */
async function open(
  connection: Connection,
  topics: { name: string; partitionIndexes: number[] }[],
): Promise<Hanging[]> {
  const described = await describeProducersV0.api.async(connection, topics)
  return described.topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partitionIndex, activeProducers }) =>
      activeProducers
        .filter(({ currentTxnStartOffset }) => currentTxnStartOffset >= 0n)
        .map(({ producerId, producerEpoch, coordinatorEpoch, currentTxnStartOffset }) => ({
          topic: name,
          partition: partitionIndex,
          producerId,
          epoch: producerEpoch,
          coordinatorEpoch: Math.max(0, coordinatorEpoch),
          startOffset: currentTxnStartOffset,
        })),
    ),
  )
}

function identityOf({ topic, partition, producerId, epoch, startOffset }: Hanging): string {
  return `${topic}/${partition} ${producerId}/${epoch} ${startOffset}`
}

/** The coordinator's decision on the last transaction of each producer and epoch, from its log. */
async function decisionsOf(profile: Profile, admin: Admin): Promise<Map<string, number>> {
  const decisions = new Map<string, number>()
  const reader = await Reader.start(profile, {
    application: 'health',
    topic: TRANSACTION_LOG,
    from: await beginningOffsets(admin, TRANSACTION_LOG),
    onBatch: (_, messages) => {
      for (const { value } of messages) {
        const state = value?.[VALUE.state]
        if (!value || state === undefined) continue
        const producer = `${value.readBigInt64BE(VALUE.producerId)}/${value.readInt16BE(VALUE.epoch)}`
        // A new transaction cancels the previous decision.
        if (state === ONGOING) decisions.delete(producer)
        else if (state === PREPARE_COMMIT || state === PREPARE_ABORT) decisions.set(producer, state)
      }
    },
  })
  try {
    await reader.reach(await stableOffsets(admin, TRANSACTION_LOG), AbortSignal.timeout(30_000))
  } finally {
    await reader.close()
  }
  return decisions
}

/** WriteTxnMarkers, version 1, which the client lacks. */
const writeMarkers = createAPI<[markers: (Hanging & { readonly commit: boolean })[]], void>(
  27,
  1,
  (markers: (Hanging & { readonly commit: boolean })[]) =>
    Writer.create()
      .appendArray(markers, (writer, { producerId, epoch, commit, topic, partition, coordinatorEpoch }) => {
        writer
          .appendInt64(producerId)
          .appendInt16(epoch)
          .appendBoolean(commit)
          .appendArray([topic], (inner, name) => {
            inner.appendString(name).appendArray([partition], (w, index) => w.appendInt32(index), true, false)
          })
          .appendInt32(coordinatorEpoch)
      })
      .appendTaggedFields(),
  (_correlationId: number, _apiKey: number, _apiVersion: number, reader: WireReader) => {
    reader.readArray((marker) => {
      marker.readInt64()
      marker.readArray((topic) => {
        const name = topic.readString()
        topic.readArray((partition) => {
          const index = partition.readInt32()
          const code = partition.readInt16()
          if (code !== 0)
            throw new Error(`the broker refused to end the transaction in ${name}/${index}: error ${code}`)
        })
      })
    })
  },
)
