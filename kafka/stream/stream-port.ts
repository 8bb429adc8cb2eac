import type { CommittedRecords, OutputRecord } from '../protocol/record.ts'
import type { Refusal } from './refusal.ts'

/** Records for a handler, with what the broker refused of their output before. */
export interface Batch extends CommittedRecords {
  /** By offset: why the broker has refused output of this record so far, oldest first. Only for records that come again. */
  readonly refused?: ReadonlyMap<number, readonly Refusal[]>
  /** Each output must name its source, because the broker refused output of these records and did not say which. */
  readonly isTraced?: boolean
}

/** Application code that a port drives. The port calls one method at a time, except that kafkajs runs partitions side by side. */
export interface StreamHandler {
  /** A partition is assigned: restore its state. The port hands over its records only after this has returned. */
  onAssigned(partition: number, signal: AbortSignal): Promise<void>
  /** A partition is revoked, or a transaction with it failed: drop all of its state. Called once after each `onAssigned`. */
  onRevoked(partition: number): void
  /** Fetches what processing the batches needs, schemas for example. The port retries when this throws. */
  prepare?(batches: readonly Batch[]): Promise<void>
  /**
   * Processes batches, at most one of each partition. The port writes the returned records and the batches' offsets in one
   * transaction. When the broker refuses an output, the port revokes and assigns the partitions again and hands over the
   * records again, first traced, then with the refusals. The handler must then write something else: the port gives up
   * on a handler that keeps writing refused records.
   */
  process(batches: readonly Batch[]): readonly OutputRecord[]
}

/** The handler failed, or wrote what the broker refuses for good. No retry helps. */
export class HandlerFault extends Error {
  override readonly name = 'HandlerFault'

  constructor(cause: Error) {
    super(cause.message, { cause })
  }
}

/**
 * Runs the handler on prepared batches.
 * @throws HandlerFault for whatever the handler throws
 */
export function processWith(handler: StreamHandler, batches: readonly Batch[]): readonly OutputRecord[] {
  try {
    return handler.process(batches)
  } catch (error) {
    throw new HandlerFault(error as Error)
  }
}

/** What a port reports. All counts only grow. */
export interface StreamMetrics {
  /** A transaction was committed: its records, and the time from its begin to its commit. */
  transaction(records: number, ms: number, batches: readonly Batch[]): void
  /** A transaction was aborted, or a session failed. */
  aborted(): void
  /** Reported after `aborted` when another process had taken over. */
  fenced(): void
  /** Offsets between the committed offset and the last stable offset: 0 once the partition is drained. */
  lag(partition: number, records: number): void
  /** How many partitions the group has assigned to this process; undefined while it is not in the group. */
  assigned(partitions: number | undefined): void
}

export interface StreamOptions {
  readonly application: string
  readonly groupId: string
  readonly topic: string
  /** The most records in one transaction. */
  readonly batchSize: number
  /** The longest time that records wait for more records to share a transaction with, in ms. */
  readonly commitIntervalMs: number
  /** Time without a heartbeat after which the group reassigns a member's partitions, in ms. */
  readonly sessionTimeoutMs: number
  readonly meter: StreamMetrics
  readonly warn: (line: string) => void
}

/**
 * All that the stream runtime knows of Kafka: batches of raw records in, transactions out. The port decides which
 * partitions share a transaction. When a transaction fails, or its outcome is unknown, the port revokes its partitions
 * and assigns them again from the committed offsets.
 */
export interface StreamPort {
  /**
   * Runs until the signal is aborted, then finishes the transaction under way.
   * @throws HandlerFault, or an error of the cluster that no retry helps
   */
  run(handler: StreamHandler, signal: AbortSignal): Promise<void>
}

/**
 * How long a transaction may stay open before the broker aborts it, in ms. A process that hangs blocks its successor for
 * this long, so the timeout is the session timeout, after which there is a successor; but never below 5 s, which a busy
 * broker may take for one transaction.
 */
export function transactionTimeoutMs(options: Pick<StreamOptions, 'sessionTimeoutMs'>): number {
  return Math.max(5_000, options.sessionTimeoutMs)
}
