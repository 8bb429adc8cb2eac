import { EntryTable } from './entry-table.ts'
import { type Change, KeyChanges } from './key-changes.ts'
import { NumberColumn } from './number-column.ts'
import { SlotHeap } from './slot-heap.ts'

export interface Timer {
  readonly key: Buffer
  /** When it is due by its clock, in ms. */
  readonly at: number
}

/** The clock that stream time is. */
export const STREAM_TIME = ''

const NO_VALUE = Buffer.alloc(0)
const LENGTH_BYTES = 2
/** The bytes of a timer outside the table: its time, its position, and its cell in a heap. */
const TIMER_BYTES = 8 + 8 + 8

/**
 * The timers of one partition: for each clock at most one of a key. They come out by time, and then by the bytes of their
 * key, so that the order does not depend on the order in which they were set or restored. Setting, cancelling and taking
 * a timer is O(log n). Timers are kept in a changelog as a store's entries are: `at` in the place of the entry's end.
 */
export class TimerQueue {
  readonly #entries = new EntryTable()
  readonly #at = new NumberColumn()
  readonly #positions = new NumberColumn()
  readonly #heaps = new Map<string, SlotHeap>()
  readonly #changes = new KeyChanges()
  #streamTime = Number.NEGATIVE_INFINITY

  get size(): number {
    return this.#entries.size
  }

  /** The memory of the timers themselves, in bytes. */
  get liveBytes(): number {
    return this.#entries.liveBytes + this.size * TIMER_BYTES
  }

  /** The memory of the queue, in bytes, including what is allocated for more timers. */
  get bytes(): number {
    return this.#entries.bytes + this.#at.bytes + this.#positions.bytes + this.size * 8
  }

  get streamTime(): number {
    return this.#streamTime
  }

  /** Sets the timer of a key, or moves it if there is one. `at` is in ms, finite. */
  schedule(key: Buffer, at: number, clock = STREAM_TIME): void {
    if (!Number.isFinite(at)) throw new RangeError(`a timer cannot be set to ${at}: its time must be finite`)
    const name = nameOf(clock, key)
    this.#changes.put(this.#set(name, at), name)
  }

  /** Removes the timer of a key, if there is one. */
  cancel(key: Buffer, clock = STREAM_TIME): void {
    const slot = this.#entries.find(nameOf(clock, key))
    if (slot >= 0) this.#take(slot)
  }

  /** Takes the first timer of a clock that is due by `time`. */
  takeDue(time: number, clock = STREAM_TIME): Timer | undefined {
    const slot = this.#heaps.get(clock.toWellFormed())?.first
    if (slot === undefined) return undefined
    const at = this.#at.get(slot)
    if (at > time) return undefined
    const key = keyOf(Buffer.from(this.#entries.key(slot)))
    this.#take(slot)
    return { key, at }
  }

  /** Moves stream time on; it never moves back. */
  advance(streamTime: number): void {
    if (streamTime > this.#streamTime) this.#streamTime = streamTime
  }

  takeChanges(): Change[] {
    return this.#changes.take((slot) => ({
      key: Buffer.from(this.#entries.key(slot)),
      value: NO_VALUE,
      forgetAt: this.#at.get(slot),
    }))
  }

  /** Sets a timer read from a changelog, without recording a change. */
  restore(name: Buffer, _: Buffer, at: number): void {
    this.#set(name, at)
  }

  /** Removes a timer as a changelog has it. */
  restoreRemoval(name: Buffer): void {
    const slot = this.#entries.find(name)
    if (slot >= 0) this.#remove(slot)
  }

  restoreStreamTime(streamTime: number): void {
    this.advance(streamTime)
  }

  #set(name: Buffer, at: number): number {
    const slot = this.#entries.set(name, NO_VALUE)
    const isNew = Number.isNaN(this.#at.get(slot))
    this.#at.set(slot, at)
    const heap = this.#heapOf(clockOf(name))
    if (isNew) heap.add(slot)
    else heap.move(slot)
    return slot
  }

  #take(slot: number): void {
    this.#changes.remove(slot, this.#entries.key(slot))
    this.#remove(slot)
  }

  #remove(slot: number): void {
    const clock = clockOf(this.#entries.key(slot))
    const heap = this.#heapOf(clock)
    heap.remove(slot)
    if (heap.size === 0) this.#heaps.delete(clock)
    this.#at.clear(slot)
    this.#entries.remove(slot)
  }

  #heapOf(clock: string): SlotHeap {
    let heap = this.#heaps.get(clock)
    if (!heap) {
      heap = new SlotHeap(this.#positions, (one, other) => this.#isBefore(one, other))
      this.#heaps.set(clock, heap)
    }
    return heap
  }

  #isBefore(one: number, other: number): boolean {
    const difference = this.#at.get(one) - this.#at.get(other)
    if (difference !== 0) return difference < 0
    return this.#entries.key(one).compare(this.#entries.key(other)) < 0
  }
}

/** How a timer is called in its changelog: the length of its clock's name, as two bytes, the name, and its key. */
function nameOf(clock: string, key: Buffer): Buffer {
  const name = Buffer.from(clock)
  const length = Buffer.allocUnsafe(LENGTH_BYTES)
  length.writeUInt16BE(name.length)
  return Buffer.concat([length, name, key])
}

function clockOf(name: Buffer): string {
  return name.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + name.readUInt16BE())
}

function keyOf(name: Buffer): Buffer {
  return name.subarray(LENGTH_BYTES + name.readUInt16BE())
}
