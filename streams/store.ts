import { ExpiryIndex } from './expiry-index.ts'

/** How a store's values are written as bytes. */
export interface Codec<V> {
  encode(value: V): Buffer
  decode(bytes: Buffer): V
}

/** What a processor sees of its store. Keys are bytes of any kind. */
export interface Store<V> {
  /** The value of a key; undefined where there is none, or its time is over. */
  get(key: Buffer): V | undefined
  /** @param forgetAt the stream time, in ms, from which on the entry is gone; never, by default */
  put(key: Buffer, value: V, forgetAt?: number): void
}

/**
 * A key-value store in memory, of one partition. Time is stream time: an entry is gone exactly from its `forgetAt` on,
 * and is removed soon after, at a cost that depends on how many expire and never on how many there are. Entries lie in
 * columns, a slot each, so that an id costs its text, a map entry and three numbers.
 */
export class TimedStore<V> implements Store<V> {
  readonly #slots = new Map<string, number>()
  readonly #keys: (string | undefined)[] = []
  readonly #values: (V | undefined)[] = []
  readonly #forgetAt: number[] = []
  readonly #free: number[] = []
  readonly #expiry: ExpiryIndex
  readonly #changed = new Set<string>()
  #streamTime = Number.NEGATIVE_INFINITY

  /** @param retentionMs about how long entries stay; it only sets how finely expiry is indexed */
  constructor(retentionMs: number) {
    this.#expiry = new ExpiryIndex(retentionMs)
  }

  get size(): number {
    return this.#slots.size
  }

  get streamTime(): number {
    return this.#streamTime
  }

  get(key: Buffer): V | undefined {
    const slot = this.#slots.get(text(key))
    if (slot === undefined || (this.#forgetAt[slot] as number) <= this.#streamTime) return undefined
    return this.#values[slot]
  }

  put(key: Buffer, value: V, forgetAt = Number.POSITIVE_INFINITY): void {
    const name = text(key)
    this.#set(name, value, forgetAt)
    this.#changed.add(name)
  }

  /** Moves stream time on and removes what is over; it never moves back. */
  advance(streamTime: number): void {
    if (streamTime <= this.#streamTime) return
    this.#streamTime = streamTime
    for (const slot of this.#expiry.due(streamTime, (candidate) => this.#forgetAt[candidate] ?? Number.NaN)) {
      const name = this.#keys[slot] as string
      this.#remove(name, slot)
      this.#changed.add(name)
    }
  }

  /** Takes what has changed since the last call: each key once, with what it is now; undefined where it is gone. */
  takeChanges(): { key: Buffer; value: V | undefined; forgetAt: number }[] {
    const changes = [...this.#changed].map((name) => {
      const slot = this.#slots.get(name)
      const key = Buffer.from(name, 'latin1')
      return slot === undefined
        ? { key, value: undefined, forgetAt: 0 }
        : { key, value: this.#values[slot], forgetAt: this.#forgetAt[slot] as number }
    })
    this.#changed.clear()
    return changes
  }

  /** Sets an entry as a changelog tells it, which is no change. */
  restore(key: Buffer, value: V, forgetAt: number): void {
    this.#set(text(key), value, forgetAt)
  }

  /** Removes an entry as a changelog tells it. */
  restoreRemoval(key: Buffer): void {
    const name = text(key)
    const slot = this.#slots.get(name)
    if (slot !== undefined) this.#remove(name, slot)
  }

  /** Sets stream time as a changelog tells it. What is over by then goes with the next advance, and its tombstone too. */
  restoreStreamTime(streamTime: number): void {
    this.#streamTime = Math.max(this.#streamTime, streamTime)
  }

  #set(name: string, value: V, forgetAt: number): void {
    let slot = this.#slots.get(name)
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#keys.length
      this.#slots.set(name, slot)
      this.#keys[slot] = name
      this.#forgetAt[slot] = Number.NaN
    }
    this.#values[slot] = value
    const before = this.#forgetAt[slot] as number
    this.#forgetAt[slot] = forgetAt
    this.#expiry.add(slot, forgetAt, before)
  }

  #remove(name: string, slot: number): void {
    this.#slots.delete(name)
    this.#keys[slot] = undefined
    this.#values[slot] = undefined
    this.#forgetAt[slot] = Number.NaN
    this.#free.push(slot)
  }
}

/** Bytes as a map's key: one character for each byte, so that no two keys become one. */
function text(key: Buffer): string {
  return key.toString('latin1')
}
