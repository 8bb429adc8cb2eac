import type { OutputRecord } from '../../kafka/protocol/record.ts'
import type { Checkpoint } from './files/checkpoint.ts'
import type { ReadOutcome } from './files/file-reader.ts'
import type { FileWatcher } from './files/file-watcher.ts'
import { InFlightBatch } from './in-flight-batch.ts'
import type { RecordWriter } from './log-record.ts'
import type { ShipCounters } from './metrics.ts'

const SAVE_MS = 500

/** Where lines go. */
export interface Sink {
  /** Requests that failed so far, including those that a retry cured. */
  readonly failures?: number
  /**
   * Returns when the records can no longer be lost; waits while the broker is away. One call at a time.
   * @throws if waiting does not help; the signal's reason
   */
  write(records: readonly OutputRecord[], signal: AbortSignal): Promise<void>
}

export interface BatchSenderOptions {
  readonly checkpoint: Checkpoint
  readonly records: RecordWriter
  readonly sink: Sink
  readonly counters: ShipCounters
}

/**
 * Gathers one batch while another is in flight, and no more: a slow or absent broker stops the reading, and memory stays
 * bounded. The checkpoint is on disk before each batch is sent, and follows its acknowledgement.
 */
export class BatchSender {
  readonly #options: BatchSenderOptions
  #gathered = new InFlightBatch()
  #inFlight: Promise<void> | undefined
  #failure: Error | undefined
  #mustSave = false
  #saveAt = 0
  /** The acknowledged bytes when the checkpoint was last saved. */
  #savedBytes = 0

  constructor(options: BatchSenderOptions) {
    this.#options = options
  }

  /** Whether the gathered batch takes no more lines. */
  get isFull(): boolean {
    return this.#gathered.isFull
  }

  get isInFlight(): boolean {
    return this.#inFlight !== undefined
  }

  /** Whether everything gathered is acknowledged. */
  get isIdle(): boolean {
    return this.#gathered.isEmpty && !this.#inFlight
  }

  /** @throws if a batch or the checkpoint failed for good */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure
  }

  /** Requires a saved checkpoint before the next batch, which may have lines of a new file. */
  requireSave(): void {
    this.#mustSave = true
  }

  /** Whether lines of a file are gathered and not sent. */
  hasGathered(watcher: FileWatcher): boolean {
    return this.#gathered.has(watcher)
  }

  gather(watcher: FileWatcher, lines: ReadOutcome & { kind: 'lines' }): void {
    this.#gathered.add(watcher, lines, this.#options.records, this.#options.counters)
  }

  /** Sends what is gathered, unless there is nothing or another batch is in flight. */
  send(giveUp: AbortSignal): void {
    if (this.#gathered.isEmpty || this.#inFlight) return
    const batch = this.#gathered
    this.#gathered = new InFlightBatch()
    this.#inFlight = this.#deliver(batch, giveUp)
      .catch((error: Error) => {
        this.#failure ??= error
      })
      .finally(() => {
        this.#inFlight = undefined
      })
  }

  /** Returns when no batch is in flight. */
  async settled(): Promise<void> {
    await this.#inFlight
  }

  /**
   * Sends everything gathered and returns when it is acknowledged.
   * @throws if a batch or the checkpoint failed for good
   */
  async drain(giveUp: AbortSignal): Promise<void> {
    await this.settled()
    if (!this.#failure) this.send(giveUp)
    await this.settled()
    this.throwIfFailed()
  }

  /** Saves the checkpoint in the background if it is due and has changed. */
  saveIfDue(): void {
    const now = performance.now()
    const { checkpoint, counters } = this.#options
    if (now < this.#saveAt || this.#savedBytes === counters.bytes) return
    this.#savedBytes = counters.bytes
    this.#saveAt = now + SAVE_MS
    checkpoint.save().catch((error: Error) => {
      this.#failure ??= error
    })
  }

  async #deliver(batch: InFlightBatch, giveUp: AbortSignal): Promise<void> {
    const { checkpoint, sink, counters } = this.#options
    const mustSave = this.#mustSave || batch.records.length > 0
    this.#mustSave = false
    // The checkpoint records a line before it can reach the broker, so that no other content gets the line's identity.
    batch.markSent()
    if (mustSave) await checkpoint.save()
    try {
      await sink.write(batch.records, giveUp)
    } catch (error) {
      if (!giveUp.aborted) counters.batchesRefused += 1
      throw error
    }
    batch.acknowledge(counters)
  }
}
