import { randomInt } from 'node:crypto'

const FIRST_CAPACITY = 1 << 10
/** Maximum load factor: beyond it, lookups of missing keys become slow. */
const MAX_LOAD = 0.7

/**
 * Maps keys to slots: a hash table of integers with linear probing; the caller stores the keys. A Map of strings would be
 * limited to 2^24 keys and take four times the memory. The hash is seeded, so that nobody can craft colliding keys.
 */
export class KeyTable {
  readonly #seed = randomInt(2 ** 31)
  /** Slot + 1; 0 for an empty cell. */
  #table = new Int32Array(FIRST_CAPACITY)
  /** The hash of each slot's key. */
  #hashes = new Int32Array(FIRST_CAPACITY)
  #size = 0

  get bytes(): number {
    return this.#table.byteLength + this.#hashes.byteLength
  }

  get size(): number {
    return this.#size
  }

  /** Murmur3, 32 bits, over the key's bytes. */
  hash(key: Uint8Array): number {
    const { length } = key
    const whole = length & ~3
    let hash = this.#seed
    let index = 0
    for (; index < whole; index += 4) {
      const block =
        (key[index] as number) |
        ((key[index + 1] as number) << 8) |
        ((key[index + 2] as number) << 16) |
        ((key[index + 3] as number) << 24)
      hash = mix(hash, block)
    }
    let rest = 0
    for (let shift = 0; index < length; index += 1, shift += 8) rest |= (key[index] as number) << shift
    hash = mix(hash, rest) ^ length
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return hash ^ (hash >>> 16)
  }

  /** The slot with this hash that `isKey` accepts; -1 if there is none. */
  find(hash: number, isKey: (slot: number) => boolean): number {
    const mask = this.#table.length - 1
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = (this.#table[at] as number) - 1
      if (slot < 0) return -1
      if (this.#hashes[slot] === hash && isKey(slot)) return slot
    }
  }

  /** Adds a slot. Its key must not be in the table yet. */
  add(hash: number, slot: number): void {
    if (this.#size + 1 > this.#table.length * MAX_LOAD) this.#grow()
    if (slot >= this.#hashes.length) {
      const hashes = new Int32Array(Math.max(slot + 1, this.#hashes.length * 2))
      hashes.set(this.#hashes)
      this.#hashes = hashes
    }
    this.#hashes[slot] = hash
    this.#insert(slot)
    this.#size += 1
  }

  remove(slot: number): void {
    const table = this.#table
    const mask = table.length - 1
    let hole = (this.#hashes[slot] as number) & mask
    while (table[hole] !== slot + 1) hole = (hole + 1) & mask
    // Backward-shift deletion: later entries move up as far as their home cell allows, so no tombstones are needed.
    for (let at = (hole + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const home = (this.#hashes[(table[at] as number) - 1] as number) & mask
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at] as number
        hole = at
      }
    }
    table[hole] = 0
    this.#size -= 1
  }

  #insert(slot: number): void {
    const mask = this.#table.length - 1
    let at = (this.#hashes[slot] as number) & mask
    while (this.#table[at] !== 0) at = (at + 1) & mask
    this.#table[at] = slot + 1
  }

  #grow(): void {
    const old = this.#table
    this.#table = new Int32Array(old.length * 2)
    for (const entry of old) if (entry !== 0) this.#insert(entry - 1)
  }
}

function mix(hash: number, block: number): number {
  let mixed = Math.imul(block, 0xcc9e2d51)
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
  const next = hash ^ mixed
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0
}
