import { EntryTable } from './entry-table.ts'
import { ExpiryIndex } from './expiry-index.ts'
import { type Change, KeyChanges } from './key-changes.ts'
import { NumberColumn } from './number-column.ts'

/** How a store's values are written as bytes. */
export interface Codec<V> {
  encode(value: V): Buffer
  /** @param bytes a view that is valid during this call only */
  decode(bytes: Buffer): V
}

/** What a processor sees of its store. Keys are bytes of any kind. */
export interface Store<V> {
  /** The value of a key; undefined if there is none, or if its time is over. */
  get(key: Buffer): V | undefined
  /** @param forgetAt the stream time, in ms, from which on the entry is gone; never, by default */
  put(key: Buffer, value: V, forgetAt?: number): void
  /** Removes the entry of a key, if there is one. */
  delete(key: Buffer): void
}

/** The bytes of an entry outside the table: the time when it ends. */
const TIME_BYTES = 8

/**
 * A key-value store in memory, of one partition. Time is stream time: an entry is gone exactly from its `forgetAt` on,
 * and is removed soon after, at a cost that depends on how many expire and not on how many there are.
 */
export class TimedStore<V> implements Store<V> {
  readonly #codec: Codec<V>
  readonly #entries = new EntryTable()
  readonly #forgetAt = new NumberColumn()
  readonly #expiry: ExpiryIndex
  readonly #changes = new KeyChanges()
  #streamTime = Number.NEGATIVE_INFINITY

  /** @param retentionMs about how long entries stay; it only sets how finely expiry is indexed */
  constructor(retentionMs: number, codec: Codec<V>) {
    this.#expiry = new ExpiryIndex(retentionMs)
    this.#codec = codec
  }

  get size(): number {
    return this.#entries.size
  }

  /** The memory of the entries themselves, in bytes, without what is allocated for more entries. */
  get liveBytes(): number {
    return this.#entries.liveBytes + this.size * TIME_BYTES + this.#expiry.liveBytes
  }

  /** The memory of the store, in bytes, including what is allocated for more entries. */
  get bytes(): number {
    return this.#entries.bytes + this.#forgetAt.bytes + this.#expiry.bytes
  }

  get streamTime(): number {
    return this.#streamTime
  }

  get(key: Buffer): V | undefined {
    const slot = this.#entries.find(key)
    if (slot < 0 || this.#forgetAt.get(slot) <= this.#streamTime) return undefined
    return this.#codec.decode(this.#entries.value(slot))
  }

  put(key: Buffer, value: V, forgetAt = Number.POSITIVE_INFINITY): void {
    if (Number.isNaN(forgetAt)) throw new RangeError('an entry must end at some time, or never')
    const slot = this.#set(key, this.#codec.encode(value), forgetAt)
    this.#changes.put(slot, key)
  }

  delete(key: Buffer): void {
    const slot = this.#entries.find(key)
    if (slot < 0) return
    this.#changes.remove(slot, key)
    this.#expiry.remove(slot, this.#forgetAt.get(slot))
    this.#remove(slot)
  }

  /** Moves stream time on and removes what is over; stream time never moves back. */
  advance(streamTime: number): void {
    if (streamTime <= this.#streamTime) return
    this.#streamTime = streamTime
    for (const slot of this.#expiry.takeDue(streamTime)) {
      this.#changes.remove(slot, this.#entries.key(slot))
      this.#remove(slot)
    }
  }

  /** Makes every entry end by then: for entries whose end was set by a clock that was wrong. */
  bound(latest: number): void {
    for (let slot = 0; slot < this.#forgetAt.length; slot += 1) {
      const forgetAt = this.#forgetAt.get(slot)
      // Not true of a free slot, whose time is NaN.
      if (!(forgetAt > latest)) continue
      this.#forgetAt.set(slot, latest)
      this.#expiry.add(slot, latest, forgetAt)
      this.#changes.put(slot)
    }
  }

  /** Takes what has changed since the last call: each key once, with its value now. */
  takeChanges(): Change[] {
    return this.#changes.take((slot) => ({
      key: Buffer.from(this.#entries.key(slot)),
      value: Buffer.from(this.#entries.value(slot)),
      forgetAt: this.#forgetAt.get(slot),
    }))
  }

  /** Sets an entry read from a changelog, without recording a change. */
  restore(key: Buffer, value: Buffer, forgetAt: number): void {
    this.#set(key, value, forgetAt)
  }

  /** Removes an entry as a changelog has it. */
  restoreRemoval(key: Buffer): void {
    const slot = this.#entries.find(key)
    if (slot < 0) return
    this.#expiry.remove(slot, this.#forgetAt.get(slot))
    this.#remove(slot)
  }

  /** Sets stream time as a changelog has it. What is over by then goes with the next advance, and gets its tombstone there. */
  restoreStreamTime(streamTime: number): void {
    this.#streamTime = Math.max(this.#streamTime, streamTime)
  }

  #set(key: Buffer, value: Buffer, forgetAt: number): number {
    const slot = this.#entries.set(key, value)
    this.#expiry.add(slot, forgetAt, this.#forgetAt.get(slot))
    this.#forgetAt.set(slot, forgetAt)
    return slot
  }

  #remove(slot: number): void {
    this.#entries.remove(slot)
    this.#forgetAt.clear(slot)
  }
}
