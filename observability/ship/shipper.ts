import { setTimeout as sleep } from 'node:timers/promises'
import { BatchSender, type Sink } from './batch-sender.ts'
import type { Checkpoint } from './files/checkpoint.ts'
import type { ReadOutcome } from './files/file-reader.ts'
import { FileRegistry, type FileRegistryOptions } from './files/file-registry.ts'
import type { FileWatcher } from './files/file-watcher.ts'
import { STILL_WRITTEN_MS } from './files/left-out.ts'
import type { RecordWriter } from './log-record.ts'
import { type ShipMetrics, zeroCounters } from './metrics.ts'

/** Holds many lines. A longer line gets a larger buffer. */
const BUFFER_BYTES = 256 * 1024
const SCAN_MS = 1_000
const POLL_MS = 100
/** How many files may be open at a time: many systems allow a process 1,024. */
export const MAX_OPEN = 256

export interface ShipOptions extends Omit<FileRegistryOptions, 'maxOpen'> {
  readonly maxOpen?: number
  readonly records: RecordWriter
  readonly sink: Sink
  /** In bytes. */
  readonly maxLine: number
  /** How long an unfinished last line waits for its end, in ms; without limit by default. */
  readonly flushPartialAfterMs?: number
  /** Whether to return when everything is shipped. Incomplete compressed files are then damaged, not unfinished. */
  readonly isOnce: boolean
}

/** Follows files and sends each of their lines at least once: the checkpoint says what is acknowledged. */
export class Shipper {
  readonly #options: ShipOptions
  readonly #checkpoint: Checkpoint
  readonly #registry: FileRegistry
  readonly #sender: BatchSender
  readonly #counters = zeroCounters()
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  /** For lines that do not fit into the other buffer; allocated for the first of them. */
  #largeBuffer: Buffer | undefined
  readonly #damaged = new Set<FileWatcher>()
  /** Files whose invalid UTF-8 was reported. */
  readonly #invalid = new WeakSet<FileWatcher>()
  #scanAt = 0
  #pollAt = 0

  constructor(options: ShipOptions) {
    const { checkpoint, records, sink } = options
    this.#options = options
    this.#checkpoint = checkpoint
    this.#registry = new FileRegistry({ ...options, maxOpen: options.maxOpen ?? MAX_OPEN })
    this.#sender = new BatchSender({ checkpoint, records, sink, counters: this.#counters })
  }

  /** The metrics as of now. */
  get metrics(): ShipMetrics {
    const { watchers, leftOut, faults } = this.#registry
    const now = Date.now()
    let files = 0
    let lag = 0
    let oldest = now
    for (const watcher of watchers) {
      if (watcher.isLocated) files += 1
      lag += watcher.bytesBehind
      oldest = Math.min(oldest, watcher.oldestUnshippedAt ?? now)
    }
    return {
      ...this.#counters,
      retries: this.#options.sink.failures ?? 0,
      files,
      leftOut: leftOut.binary,
      damaged: this.#damaged.size,
      failing: faults,
      lag,
      delaySeconds: Math.floor((now - oldest) / 1_000),
    }
  }

  /**
   * Ships until `stop` is aborted, then what has been read, and returns with the checkpoint saved.
   * @param giveUp ends the wait for batches in flight: the next shipper sends them again
   * @throws if the sink, the disk or a folder fails for good
   */
  async ship(stop: AbortSignal, giveUp: AbortSignal): Promise<void> {
    try {
      while (!stop.aborted) {
        this.#sender.throwIfFailed()
        await this.#observe()
        const hasRead = await this.#readRound(giveUp)
        if (!hasRead && this.#options.isOnce && this.#isAllShipped()) break
        this.#sender.send(giveUp)
        if (!hasRead) await this.#rest(stop)
        this.#sender.saveIfDue()
      }
      await this.#sender.drain(giveUp)
    } finally {
      await this.#registry.close()
      await this.#checkpoint.save()
    }
  }

  /** Scans the folders and polls the files, each at its own interval. */
  async #observe(): Promise<void> {
    const now = performance.now()
    if (now >= this.#scanAt) {
      if (await this.#registry.scan()) this.#sender.requireSave()
      this.#scanAt = performance.now() + (this.#registry.isUnfinished ? POLL_MS : SCAN_MS)
    }
    if (now >= this.#pollAt) {
      for (const watcher of this.#registry.watchers) if (watcher.isLocated) await this.#poll(watcher)
      this.#pollAt = performance.now() + POLL_MS
    }
  }

  /** Reads one buffer from each file in turn, so that a large file does not delay the others. */
  async #readRound(giveUp: AbortSignal): Promise<boolean> {
    let hasRead = false
    for (const watcher of [...this.#registry.watchers]) {
      if (!watcher.isLocated || watcher.mustWait) continue
      if (this.#sender.isFull) {
        if (this.#sender.isInFlight) return hasRead
        this.#sender.send(giveUp)
      }
      if (watcher.isIdle && !(await this.#endsPartialLine(watcher))) continue
      if (await this.#read(watcher)) hasRead = true
    }
    return hasRead
  }

  /** Reads one buffer of a file. Returns whether it had lines. */
  async #read(watcher: FileWatcher): Promise<boolean> {
    const { maxLine } = this.#options
    await this.#registry.use(watcher)
    let outcome = await watcher.readLines(this.#buffer, maxLine)
    if (outcome.kind === 'longer') outcome = await watcher.readLines(this.#large(), maxLine)
    if (outcome.kind === 'failed') this.#registry.failed(watcher, outcome.error)
    if (outcome.kind === 'lines') this.#gather(watcher, outcome)
    if (outcome.kind === 'lost') {
      await watcher.lose()
      this.#scanAt = 0
    }
    if (outcome.kind === 'end') this.#reportDamage(watcher)
    return outcome.kind === 'lines'
  }

  #gather(watcher: FileWatcher, lines: ReadOutcome & { kind: 'lines' }): void {
    const { invalidUtf8 } = this.#counters
    this.#sender.gather(watcher, lines)
    if (this.#counters.invalidUtf8 === invalidUtf8 || this.#invalid.has(watcher)) return
    this.#invalid.add(watcher)
    this.#options.say(
      `${watcher.entry.path} has lines that are not UTF-8: U+FFFD is shipped in place of each invalid byte; convert it with iconv`,
    )
  }

  async #poll(watcher: FileWatcher): Promise<void> {
    try {
      await watcher.poll()
      this.#reportDamage(watcher)
    } catch (error) {
      this.#registry.failed(watcher, error as Error)
    }
  }

  /** Reports an incomplete compressed file as soon as it cannot be one that is still being written. */
  #reportDamage(watcher: FileWatcher): void {
    const { damage, position } = watcher.reader
    if (!damage) this.#damaged.delete(watcher)
    else if (this.#options.isOnce || Date.now() - watcher.modifiedMs > STILL_WRITTEN_MS) {
      if (!this.#damaged.has(watcher))
        this.#options.say(
          `${watcher.entry.path} is damaged: ${damage.message} after ${position.offset} bytes of text; the whole lines before that are shipped`,
        )
      this.#damaged.add(watcher)
    }
  }

  #large(): Buffer {
    this.#largeBuffer ??= Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, this.#options.maxLine + 8))
    return this.#largeBuffer
  }

  /** Whether the unfinished last line of a file has waited long enough. Where the line ends is then decided for good. */
  async #endsPartialLine(watcher: FileWatcher): Promise<boolean> {
    const { flushPartialAfterMs } = this.#options
    const { entry, reader } = watcher
    const { position } = reader
    if (flushPartialAfterMs === undefined || reader.isGzip || watcher.size <= position.offset) return false
    if (Date.now() - watcher.changedAt < flushPartialAfterMs) return false
    // The checkpoint holds one such end for each file, so everything before it must be acknowledged.
    if (entry.offset !== position.offset || this.#sender.hasGathered(watcher)) return false
    if (entry.breakAt === undefined || entry.breakAt <= position.offset) {
      const end = await reader.unfinishedEnd(this.#large()).catch(() => undefined)
      if (end === undefined) return false
      entry.breakAt = end
      await this.#checkpoint.save()
    }
    return true
  }

  #isAllShipped(): boolean {
    if (!this.#sender.isIdle || this.#registry.isUnfinished) return false
    const flushesPartial = this.#options.flushPartialAfterMs !== undefined
    return [...this.#registry.watchers].every(
      ({ state, isIdle, bytesBehind }) =>
        state.kind === 'gone' || (isIdle && !(flushesPartial && bytesBehind > 0)),
    )
  }

  /** Waits for an answer of the broker or the next poll. */
  async #rest(stop: AbortSignal): Promise<void> {
    const woken = new AbortController()
    const signal = AbortSignal.any([stop, woken.signal])
    const pause = sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
    await (this.#sender.isInFlight ? Promise.race([this.#sender.settled(), pause]) : pause)
    woken.abort()
  }
}
