import { setTimeout as sleep } from 'node:timers/promises'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import type { Checkpoint } from './files/checkpoint.ts'
import { FileRegistry, type RosterOptions } from './files/file-registry.ts'
import type { FileWatcher, Turn } from './files/file-watcher.ts'
import { STILL_WRITTEN_MS } from './files/left-out.ts'
import { InFlightBatch } from './in-flight-batch.ts'
import type { RecordWriter } from './log-record.ts'
import { type Figures, noFigures } from './metrics.ts'

/** A line and its break fit into one of these, or it gets a larger one. */
const BUFFER_BYTES = 256 * 1024
const LOOK_MS = 1_000
const POLL_MS = 100
const SAVE_MS = 500
/** How many files may be open at a time: a process may have 1,024 on many a system. */
export const MAX_OPEN = 256

/** Where lines go. */
export interface Sink {
  /**
   * Returns when the records can no longer be lost; waits for a broker that is away. One call at a time.
   * @throws where no waiting helps; the signal's reason
   */
  write(records: readonly OutputRecord[], signal: AbortSignal): Promise<void>
}

export interface ShipOptions extends Omit<RosterOptions, 'maxOpen'> {
  readonly maxOpen?: number
  readonly records: RecordWriter
  readonly sink: Sink
  /** In bytes. */
  readonly maxLine: number
  /** How long an unfinished last line waits for its rest, in ms; for ever, by default. */
  readonly flushPartialAfterMs?: number
  /** Whether to return when all that is there is shipped; files that break off are then damaged, not unfinished. */
  readonly isOnce: boolean
}

/**
 * Follows files and sends their lines, each at least once: what the checkpoint says is acknowledged. While one flight is on
 * its way the next is gathered, and no more: a broker that is slow or away stops the reading, and memory stays bounded.
 */
export class Shipper {
  readonly #options: ShipOptions
  readonly #checkpoint: Checkpoint
  readonly #roster: FileRegistry
  readonly #figures = noFigures()
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  /** For a line that the other does not hold; made when there is one. */
  #largeBuffer: Buffer | undefined
  #gathered = new InFlightBatch()
  #flying: { readonly flight: InFlightBatch; readonly done: Promise<void> } | undefined
  #failure: Error | undefined
  /** Files whose identities the disk must know before any of their lines is sent. */
  #hasNew = false
  /** Compressed files that are damaged, and those that were named because their bytes are no UTF-8. */
  readonly #damaged = new Set<FileWatcher>()
  readonly #invalid = new WeakSet<FileWatcher>()
  #lookAt = 0
  #pollAt = 0
  #saveAt = 0
  /** What was acknowledged when the checkpoint was last saved, in bytes. */
  #saved = 0

  constructor(options: ShipOptions) {
    this.#options = options
    this.#checkpoint = options.checkpoint
    this.#roster = new FileRegistry({ ...options, maxOpen: options.maxOpen ?? MAX_OPEN })
  }

  /** The figures as of now. */
  get figures(): Readonly<Figures> {
    const { tails } = this.#roster
    let files = 0
    let lag = 0
    for (const tail of tails) {
      if (tail.isPlaced) files += 1
      lag += tail.lag
    }
    const { leftOut, faults } = this.#roster
    const damaged = this.#damaged.size
    return { ...this.#figures, files, lag, leftOut: leftOut.binary, damaged, failing: faults }
  }

  /**
   * Ships until `stop` is aborted, then what has been read, and returns with the checkpoint saved.
   * @param giveUp aborted when what is on its way is no longer to be waited for: it is then sent again by the next shipper
   * @throws where the sink, the disk or a folder fails for good
   */
  async ship(stop: AbortSignal, giveUp: AbortSignal): Promise<void> {
    try {
      while (!stop.aborted) {
        if (this.#failure) throw this.#failure
        await this.#look()
        const hasRead = await this.#readRound(giveUp)
        if (!hasRead && this.#options.isOnce && this.#isAllRead()) break
        if (!this.#gathered.isEmpty && !this.#flying) await this.#send(giveUp)
        if (!hasRead) await this.#rest(stop)
        this.#saveNowAndThen()
      }
      await this.#drain(giveUp)
    } finally {
      await this.#roster.close()
      await this.#checkpoint.save()
    }
  }

  async #look(): Promise<void> {
    const now = performance.now()
    if (now >= this.#lookAt) {
      if (await this.#roster.look()) this.#hasNew = true
      this.#lookAt = performance.now() + (this.#roster.isMoving ? POLL_MS : LOOK_MS)
    }
    if (now >= this.#pollAt) {
      for (const tail of this.#roster.tails) if (tail.isPlaced) await this.#poll(tail)
      this.#pollAt = performance.now() + POLL_MS
    }
  }

  /** Gives each file a turn of one buffer, so that a large one does not keep the others waiting. */
  async #readRound(giveUp: AbortSignal): Promise<boolean> {
    let hasRead = false
    for (const tail of [...this.#roster.tails]) {
      if (!tail.isPlaced || tail.mustWait) continue
      if (this.#gathered.isFull) {
        if (this.#flying) return hasRead
        await this.#send(giveUp)
      }
      if (tail.isDrained && !(await this.#isToBeEnded(tail))) continue
      if (await this.#turn(tail)) hasRead = true
    }
    return hasRead
  }

  async #turn(tail: FileWatcher): Promise<boolean> {
    const { maxLine } = this.#options
    await this.#roster.use(tail)
    let turn = await tail.turn(this.#buffer, maxLine, tail.isGzip)
    if (turn.kind === 'longer') turn = await tail.turn(this.#large(), maxLine, tail.isGzip)
    if (turn.kind === 'failed') {
      this.#roster.failed(tail, turn.error)
      return false
    }
    tail.fault = undefined
    if (turn.kind === 'lines') this.#gather(tail, turn)
    if (turn.kind === 'lost') {
      await tail.displace()
      this.#lookAt = 0
    }
    if (turn.kind === 'end') this.#judge(tail)
    return turn.kind === 'lines'
  }

  #gather(tail: FileWatcher, turn: Turn & { kind: 'lines' }): void {
    const { invalidUtf8 } = this.#figures
    this.#gathered.add(tail, turn, this.#options.records, this.#figures)
    if (this.#figures.invalidUtf8 === invalidUtf8 || this.#invalid.has(tail)) return
    this.#invalid.add(tail)
    this.#options.say(
      `${tail.entry.path} has lines that are not UTF-8: U+FFFD is shipped for each byte that cannot be read; convert it with iconv`,
    )
  }

  async #poll(tail: FileWatcher): Promise<void> {
    try {
      await tail.poll()
      this.#judge(tail)
    } catch (error) {
      this.#roster.failed(tail, error as Error)
    }
  }

  /** Names a compressed file that breaks off, once it cannot be one that is still being written. */
  #judge(tail: FileWatcher): void {
    const { damage } = tail
    if (!damage) this.#damaged.delete(tail)
    else if (this.#options.isOnce || Date.now() - tail.modifiedMs > STILL_WRITTEN_MS) {
      if (!this.#damaged.has(tail))
        this.#options.say(
          `${tail.entry.path} is damaged: ${damage.message} after ${tail.position.offset} bytes of text; the whole lines before that are shipped`,
        )
      this.#damaged.add(tail)
    }
  }

  #large(): Buffer {
    this.#largeBuffer ??= Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, this.#options.maxLine + 8))
    return this.#largeBuffer
  }

  /** Whether the unfinished last line of a file has waited long enough. Where it ends then is decided for good. */
  async #isToBeEnded(tail: FileWatcher): Promise<boolean> {
    const { flushPartialAfterMs } = this.#options
    const { entry, position } = tail
    if (flushPartialAfterMs === undefined || tail.isGzip || tail.size <= position.offset) return false
    if (Date.now() - tail.changedAt < flushPartialAfterMs) return false
    // One at a time: what is before it is acknowledged.
    if (entry.offset !== position.offset || this.#gathered.has(tail)) return false
    if (entry.breakAt === undefined || entry.breakAt <= position.offset) {
      const end = await tail.unfinishedEnd(this.#large()).catch(() => undefined)
      if (end === undefined) return false
      entry.breakAt = end
      await this.#checkpoint.save()
    }
    return true
  }

  async #send(giveUp: AbortSignal): Promise<void> {
    const flight = this.#gathered
    this.#gathered = new InFlightBatch()
    const isToBeSaved = this.#hasNew || flight.records.length > 0
    this.#hasNew = false
    flight.give()
    // What may reach the broker is in the checkpoint first: a shipper that begins anew gives other content other identities.
    const saved = isToBeSaved ? this.#checkpoint.save() : Promise.resolve()
    const done = saved
      .then(() => this.#options.sink.write(flight.records, giveUp))
      .then(() => flight.acknowledge(this.#figures))
      .catch((error: Error) => {
        this.#failure ??= error
      })
      .finally(() => {
        this.#flying = undefined
      })
    this.#flying = { flight, done }
  }

  #isAllRead(): boolean {
    if (!this.#gathered.isEmpty || this.#flying || this.#roster.isMoving) return false
    const waits = this.#options.flushPartialAfterMs !== undefined
    return [...this.#roster.tails].every(
      ({ isPlaced, isSought, isDrained, lag }) =>
        !isSought && (!isPlaced || (isDrained && !(waits && lag > 0))),
    )
  }

  /** Waits for what may come: an answer of the broker, or the time for the next look. */
  async #rest(stop: AbortSignal): Promise<void> {
    const woken = new AbortController()
    const signal = AbortSignal.any([stop, woken.signal])
    const pause = sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
    await (this.#flying ? Promise.race([this.#flying.done, pause]) : pause)
    woken.abort()
  }

  #saveNowAndThen(): void {
    const now = performance.now()
    if (now < this.#saveAt || this.#saved === this.#figures.bytes) return
    this.#saved = this.#figures.bytes
    this.#saveAt = now + SAVE_MS
    this.#checkpoint.save().catch((error: Error) => {
      this.#failure ??= error
    })
  }

  async #drain(giveUp: AbortSignal): Promise<void> {
    await this.#flying?.done
    if (!this.#failure && !this.#gathered.isEmpty) await this.#send(giveUp)
    await this.#flying?.done
    if (this.#failure) throw this.#failure
  }
}
