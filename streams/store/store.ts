import { Arena } from './arena.ts'
import { ExpiryIndex } from './expiry-index.ts'
import { KeyTable } from './key-table.ts'

/** How a store's values are written as bytes. */
export interface Codec<V> {
  encode(value: V): Buffer
  /** @param bytes a view that holds for this call only */
  decode(bytes: Buffer): V
}

/** What a processor sees of its store. Keys are bytes of any kind. */
export interface Store<V> {
  /** The value of a key; undefined where there is none, or its time is over. */
  get(key: Buffer): V | undefined
  /** @param forgetAt the stream time, in ms, from which on the entry is gone; never, by default */
  put(key: Buffer, value: V, forgetAt?: number): void
}

/** What has become of a key. */
export interface Change {
  readonly key: Buffer
  /** As the codec writes it; undefined where the entry is gone. */
  readonly value: Buffer | undefined
  readonly forgetAt: number
}

const FIRST_SLOTS = 1 << 10
/** What an entry takes in the columns: its place, when it ends, its hash, and its slot in the table. */
const COLUMN_BYTES = 4 + 8 + 4 + 4

/**
 * A key-value store in memory, of one partition. Time is stream time: an entry is gone exactly from its `forgetAt` on,
 * and is removed soon after, at a cost that depends on how many expire and never on how many there are. Entries are bytes
 * and numbers in columns, a slot each, and no objects: for the garbage collector a million of them are a handful.
 */
export class TimedStore<V> implements Store<V> {
  readonly #codec: Codec<V>
  readonly #table = new KeyTable()
  readonly #arena = new Arena()
  /** Where each slot's entry lies in the arena. */
  #places = new Uint32Array(FIRST_SLOTS)
  #forgetAt = new Float64Array(FIRST_SLOTS)
  #slots = 0
  readonly #free: number[] = []
  readonly #expiry: ExpiryIndex
  readonly #changed = new Set<number>()
  /** Keys that are gone since the last changes were taken, a character for each byte. */
  readonly #gone = new Set<string>()
  #streamTime = Number.NEGATIVE_INFINITY

  /** @param retentionMs about how long entries stay; it only sets how finely expiry is indexed */
  constructor(retentionMs: number, codec: Codec<V>) {
    this.#expiry = new ExpiryIndex(retentionMs)
    this.#codec = codec
  }

  get size(): number {
    return this.#table.size
  }

  /** The memory that the entries take themselves, in bytes: what is set aside for more of them left out. */
  get liveBytes(): number {
    return this.#arena.liveBytes + this.size * COLUMN_BYTES + this.#expiry.bytes
  }

  /** The memory that the store takes, in bytes, with what is set aside for more entries. */
  get bytes(): number {
    return (
      this.#arena.bytes +
      this.#table.bytes +
      this.#places.byteLength +
      this.#forgetAt.byteLength +
      this.#expiry.bytes
    )
  }

  get streamTime(): number {
    return this.#streamTime
  }

  get(key: Buffer): V | undefined {
    const slot = this.#slotOf(key, this.#table.hash(key))
    if (slot < 0 || (this.#forgetAt[slot] as number) <= this.#streamTime) return undefined
    return this.#codec.decode(this.#arena.value(this.#places[slot] as number))
  }

  put(key: Buffer, value: V, forgetAt = Number.POSITIVE_INFINITY): void {
    const slot = this.#set(key, this.#codec.encode(value), forgetAt)
    this.#changed.add(slot)
    if (this.#gone.size > 0) this.#gone.delete(key.toString('latin1'))
  }

  /** Moves stream time on and removes what is over; it never moves back. */
  advance(streamTime: number): void {
    if (streamTime <= this.#streamTime) return
    this.#streamTime = streamTime
    for (const slot of this.#expiry.due(streamTime, (candidate) => this.#forgetAt[candidate] as number)) {
      this.#gone.add(this.#arena.key(this.#places[slot] as number).toString('latin1'))
      this.#remove(slot)
    }
  }

  /** Makes every entry end by then: for those whose end was set by a clock that was wrong. */
  bound(latest: number): void {
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const forgetAt = this.#forgetAt[slot] as number
      // Not of a slot that is free, whose time is no number.
      if (!(forgetAt > latest)) continue
      this.#forgetAt[slot] = latest
      this.#expiry.add(slot, latest, forgetAt)
      this.#changed.add(slot)
    }
  }

  /** Takes what has changed since the last call: each key once, with what it is now. */
  takeChanges(): Change[] {
    const changes: Change[] = []
    for (const slot of this.#changed) {
      const place = this.#places[slot] as number
      changes.push({
        key: Buffer.from(this.#arena.key(place)),
        value: Buffer.from(this.#arena.value(place)),
        forgetAt: this.#forgetAt[slot] as number,
      })
    }
    for (const name of this.#gone)
      changes.push({ key: Buffer.from(name, 'latin1'), value: undefined, forgetAt: 0 })
    this.#changed.clear()
    this.#gone.clear()
    return changes
  }

  /** Sets an entry as a changelog tells it, which is no change. */
  restore(key: Buffer, value: Buffer, forgetAt: number): void {
    this.#set(key, value, forgetAt)
  }

  /** Removes an entry as a changelog tells it. */
  restoreRemoval(key: Buffer): void {
    const slot = this.#slotOf(key, this.#table.hash(key))
    if (slot >= 0) this.#remove(slot)
  }

  /** Sets stream time as a changelog tells it. What is over by then goes with the next advance, and its tombstone too. */
  restoreStreamTime(streamTime: number): void {
    this.#streamTime = Math.max(this.#streamTime, streamTime)
  }

  #slotOf(key: Buffer, hash: number): number {
    return this.#table.find(hash, (slot) => this.#arena.hasKey(this.#places[slot] as number, key))
  }

  #set(key: Buffer, value: Buffer, forgetAt: number): number {
    const hash = this.#table.hash(key)
    let slot = this.#slotOf(key, hash)
    let before = Number.NaN
    if (slot < 0) {
      slot = this.#free.pop() ?? this.#newSlot()
      this.#table.add(hash, slot)
      this.#places[slot] = this.#arena.add(slot, key, value)
    } else {
      before = this.#forgetAt[slot] as number
      this.#replace(slot, key, value)
    }
    this.#forgetAt[slot] = forgetAt
    this.#expiry.add(slot, forgetAt, before)
    return slot
  }

  #replace(slot: number, key: Buffer, value: Buffer): void {
    const place = this.#places[slot] as number
    if (this.#arena.replaceValue(place, value)) return
    this.#arena.release(place)
    this.#places[slot] = this.#arena.add(slot, key, value)
    this.#tidy()
  }

  #remove(slot: number): void {
    this.#changed.delete(slot)
    this.#table.remove(slot)
    this.#arena.release(this.#places[slot] as number)
    this.#places[slot] = NOWHERE
    this.#forgetAt[slot] = Number.NaN
    this.#free.push(slot)
    this.#tidy()
  }

  #newSlot(): number {
    const slot = this.#slots
    this.#slots += 1
    if (slot === this.#places.length) {
      const places = new Uint32Array(slot * 2)
      places.set(this.#places)
      this.#places = places
      const forgetAt = new Float64Array(slot * 2)
      forgetAt.set(this.#forgetAt)
      this.#forgetAt = forgetAt
    }
    return slot
  }

  #tidy(): void {
    if (!this.#arena.isWasteful) return
    this.#arena.compact(
      (slot, place) => this.#places[slot] === place,
      (slot, place) => {
        this.#places[slot] = place
      },
    )
  }
}

/** The place of a slot that is free. */
const NOWHERE = 0xffffffff
