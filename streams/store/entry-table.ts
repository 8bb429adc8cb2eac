import { Arena } from './arena.ts'
import { KeyTable } from './key-table.ts'

const FIRST_SLOTS = 1 << 10
/** The place of a free slot. */
const NOWHERE = 0xffffffff

/**
 * Keys with values, as bytes, in numbered slots. A slot keeps its number until its entry is removed; then a later entry may
 * get it. Owners keep what else they know of an entry in columns of their own, indexed by slot: a million entries are a
 * handful of objects for the garbage collector.
 */
export class EntryTable {
  /** The bytes of an entry besides its key and value: its place, its hash and its cell in the table. */
  static readonly COLUMN_BYTES = 4 + 4 + 4
  readonly #table = new KeyTable()
  readonly #arena = new Arena()
  /** Where each slot's entry lies in the arena. */
  #places = new Uint32Array(FIRST_SLOTS)
  #slots = 0
  readonly #free: number[] = []

  get size(): number {
    return this.#table.size
  }

  /** The memory of the entries themselves, in bytes. */
  get liveBytes(): number {
    return this.#arena.liveBytes + this.size * EntryTable.COLUMN_BYTES
  }

  /** The memory of the table, in bytes, including what is allocated for more entries. */
  get bytes(): number {
    return this.#arena.bytes + this.#table.bytes + this.#places.byteLength
  }

  /** The slot of a key; -1 if there is none. */
  find(key: Buffer): number {
    return this.#find(key, this.#table.hash(key))
  }

  /** A view of a slot's key, valid until the table changes. */
  key(slot: number): Buffer {
    return this.#arena.key(this.#places[slot] as number)
  }

  /** A view of a slot's value, valid until the table changes. */
  value(slot: number): Buffer {
    return this.#arena.value(this.#places[slot] as number)
  }

  /** Sets the value of a key, which may be new, and returns its slot. */
  set(key: Buffer, value: Buffer): number {
    const hash = this.#table.hash(key)
    const found = this.#find(key, hash)
    if (found >= 0) {
      this.#replace(found, key, value)
      return found
    }
    const slot = this.#free.pop() ?? this.#newSlot()
    this.#table.add(hash, slot)
    this.#places[slot] = this.#arena.add(slot, key, value)
    return slot
  }

  remove(slot: number): void {
    this.#table.remove(slot)
    this.#arena.release(this.#places[slot] as number)
    this.#places[slot] = NOWHERE
    this.#free.push(slot)
    this.#tidy()
  }

  #find(key: Buffer, hash: number): number {
    return this.#table.find(hash, (slot) => this.#arena.hasKey(this.#places[slot] as number, key))
  }

  #replace(slot: number, key: Buffer, value: Buffer): void {
    const place = this.#places[slot] as number
    if (this.#arena.replaceValue(place, value)) return
    this.#arena.release(place)
    this.#places[slot] = this.#arena.add(slot, key, value)
    this.#tidy()
  }

  #newSlot(): number {
    const slot = this.#slots
    this.#slots += 1
    if (slot === this.#places.length) {
      const places = new Uint32Array(slot * 2)
      places.set(this.#places)
      this.#places = places
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
