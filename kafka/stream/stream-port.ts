import type { CommittedRecords, OutputRecord } from '../protocol/record.ts'
import type { Refusal } from './refusal.ts'

/** Records for a handler, with what the broker refused of their output before. */
export interface Batch extends CommittedRecords {
  /** By offset, for records that come again: what the broker refused of their output so far, oldest first. */
  readonly refused?: ReadonlyMap<number, readonly Refusal[]>
  /** Each output must name its source: the broker refused some output of these records, and it is not known which. */
  readonly isTraced?: boolean
}

/** What runs on a port. Its methods are called one at a time. */
export interface StreamHandler {
  /** A partition is ours: restore what it needs. Until it returns, none of its records are handed over. */
  onAssigned(partition: number, signal: AbortSignal): Promise<void>
  /** A partition is no longer ours, or a transaction with it failed: forget all of it. */
  onRevoked(partition: number): void
  /** Fetches what processing the batches needs, their schemas for example. What it throws is the cluster's fault. */
  prepare?(batches: readonly Batch[]): Promise<void>
  /**
   * Processes batches, at most one of a partition; what it returns is written with their offsets in one transaction. Where
   * the broker refuses an output, the partitions are closed and opened again, and the records come again: first traced,
   * then with what was refused. A handler that goes on writing what was refused is at fault.
   */
  process(batches: readonly Batch[]): readonly OutputRecord[]
}

/** A fault of what runs on the port, which no retry can help. */
export class HandlerFault extends Error {
  override readonly name = 'HandlerFault'

  constructor(cause: Error) {
    super(cause.message, { cause })
  }
}

/** Runs the handler's own code on batches that are prepared: what it throws is its fault, not the cluster's. */
export function processWith(handler: StreamHandler, batches: readonly Batch[]): readonly OutputRecord[] {
  try {
    return handler.process(batches)
  } catch (error) {
    throw new HandlerFault(error as Error)
  }
}

/** What a port counts. All but the lag only grow. */
export interface StreamMetrics {
  transaction(records: number, ms: number): void
  aborted(): void
  fenced(): void
  lag(partition: number, records: number): void
}

export interface StreamOptions {
  readonly application: string
  readonly groupId: string
  readonly topic: string
  /** How many records at most go into one transaction. */
  readonly batchSize: number
  /** How long records wait at most, in ms, for others to share a transaction with. */
  readonly commitIntervalMs: number
  /** After which time without a heartbeat the group gives a member's partitions to others, in ms. */
  readonly sessionTimeoutMs: number
  readonly meter: StreamMetrics
  readonly warn: (line: string) => void
}

/**
 * All that the stream runtime knows of Kafka: assigned batches of raw records in, one transaction out. Which partitions
 * share a transaction is the port's own business. A transaction that fails, or whose outcome is unknown, closes the
 * partitions in it; they are opened again from what was committed.
 */
export interface StreamPort {
  /**
   * Works until the signal is aborted, then finishes the transaction under way.
   * @throws where no retry can help
   */
  run(handler: StreamHandler, signal: AbortSignal): Promise<void>
}

/**
 * How long a transaction may stay open, in ms, before the broker aborts it. A process that hangs holds its successor up
 * for so long, so it is the time after which there is a successor; but no shorter than a busy broker may take.
 */
export function transactionTimeoutMs(options: Pick<StreamOptions, 'sessionTimeoutMs'>): number {
  return Math.max(5_000, options.sessionTimeoutMs)
}
