/** Size of a segment; a larger entry gets a segment of its own. */
const SEGMENT_BYTES = 1 << 20
/** Header of an entry: slot, key length, value length. */
const HEADER_BYTES = 12
/** Places are counted in units of this many bytes, so that 32 bits address 16 GiB. */
const UNIT = 4
const SEGMENT_UNITS = SEGMENT_BYTES / UNIT
const MAX_SEGMENTS = 2 ** 32 / SEGMENT_UNITS - 1

interface Segment {
  readonly bytes: Buffer
  /** Position of the next entry. */
  end: number
  /** Bytes of entries that are not released. */
  live: number
}

/**
 * Off-heap storage of entries: a key, a value and the number of the slot that holds them. An entry keeps its place until it
 * is released or compacted. A segment is freed once all of its entries are released; `compact` reclaims the rest, and is
 * worth its cost when `isWasteful`.
 */
export class Arena {
  readonly #segments: (Segment | undefined)[] = []
  readonly #freeIndexes: number[] = []
  #current = -1
  #allocated = 0
  #live = 0

  /** Allocated bytes, including waste. */
  get bytes(): number {
    return this.#allocated
  }

  /** Bytes of held entries. */
  get liveBytes(): number {
    return this.#live
  }

  /** Whether compaction would reclaim more than half of the space. */
  get isWasteful(): boolean {
    return this.#allocated > 4 * SEGMENT_BYTES && this.#live * 2 < this.#allocated
  }

  /** Adds an entry and returns its place. */
  add(slot: number, key: Uint8Array, value: Uint8Array): number {
    const size = sizeOf(key.length, value.length)
    let segment = this.#segments[this.#current]
    if (!segment || segment.end + size > segment.bytes.length) segment = this.#open(size)
    const at = segment.end
    const { bytes } = segment
    bytes.writeInt32LE(slot, at)
    bytes.writeInt32LE(key.length, at + 4)
    bytes.writeInt32LE(value.length, at + 8)
    bytes.set(key, at + HEADER_BYTES)
    bytes.set(value, at + HEADER_BYTES + key.length)
    segment.end += size
    segment.live += size
    this.#live += size
    return this.#current * SEGMENT_UNITS + at / UNIT
  }

  /** The key at a place: a view, valid until the entry is released or compacted. */
  key(place: number): Buffer {
    const { bytes, at } = this.#find(place)
    const start = at + HEADER_BYTES
    return bytes.subarray(start, start + bytes.readInt32LE(at + 4))
  }

  /** The value at a place: a view, valid until the entry is released, replaced or compacted. */
  value(place: number): Buffer {
    const { bytes, at } = this.#find(place)
    const start = at + HEADER_BYTES + bytes.readInt32LE(at + 4)
    return bytes.subarray(start, start + bytes.readInt32LE(at + 8))
  }

  hasKey(place: number, key: Uint8Array): boolean {
    const { bytes, at } = this.#find(place)
    if (bytes.readInt32LE(at + 4) !== key.length) return false
    const start = at + HEADER_BYTES
    for (let index = 0; index < key.length; index += 1) if (bytes[start + index] !== key[index]) return false
    return true
  }

  /** Overwrites a value in place; false, without change, if the lengths differ. */
  replaceValue(place: number, value: Uint8Array): boolean {
    const { bytes, at } = this.#find(place)
    if (bytes.readInt32LE(at + 8) !== value.length) return false
    bytes.set(value, at + HEADER_BYTES + bytes.readInt32LE(at + 4))
    return true
  }

  release(place: number): void {
    const index = Math.floor(place / SEGMENT_UNITS)
    const segment = this.#segments[index] as Segment
    const at = (place % SEGMENT_UNITS) * UNIT
    const size = sizeOf(segment.bytes.readInt32LE(at + 4), segment.bytes.readInt32LE(at + 8))
    segment.live -= size
    this.#live -= size
    if (segment.live === 0 && index !== this.#current) this.#drop(index, segment)
  }

  /**
   * Moves the held entries into new segments and frees the old ones.
   * @param isHeld whether a slot still holds the entry at a place
   * @param onMove receives the slot's new place
   */
  compact(
    isHeld: (slot: number, place: number) => boolean,
    onMove: (slot: number, place: number) => void,
  ): void {
    const old = [...this.#segments.entries()]
    this.#current = -1
    for (const [index, segment] of old) {
      if (!segment) continue
      const { bytes } = segment
      for (let at = 0; at < segment.end; ) {
        const slot = bytes.readInt32LE(at)
        const key = at + HEADER_BYTES
        const value = key + bytes.readInt32LE(at + 4)
        const end = value + bytes.readInt32LE(at + 8)
        if (isHeld(slot, index * SEGMENT_UNITS + at / UNIT))
          onMove(slot, this.add(slot, bytes.subarray(key, value), bytes.subarray(value, end)))
        at += sizeOf(value - key, end - value)
      }
      this.#live -= segment.live
      this.#drop(index, segment)
    }
  }

  #find(place: number): { bytes: Buffer; at: number } {
    const { bytes } = this.#segments[Math.floor(place / SEGMENT_UNITS)] as Segment
    return { bytes, at: (place % SEGMENT_UNITS) * UNIT }
  }

  #open(size: number): Segment {
    const length = Math.max(SEGMENT_BYTES, size)
    const segment = { bytes: Buffer.allocUnsafeSlow(length), end: 0, live: 0 }
    const before = this.#segments[this.#current]
    const last = this.#current
    this.#current = this.#freeIndexes.pop() ?? this.#segments.length
    if (this.#current >= MAX_SEGMENTS)
      throw new Error('a store holds 16 GiB in one partition, its limit: give the topic more partitions')
    this.#segments[this.#current] = segment
    this.#allocated += length
    if (before && before.live === 0) this.#drop(last, before)
    return segment
  }

  #drop(index: number, segment: Segment): void {
    this.#segments[index] = undefined
    this.#freeIndexes.push(index)
    this.#allocated -= segment.bytes.length
  }
}

/** Bytes of an entry, rounded up to whole units. */
function sizeOf(keyLength: number, valueLength: number): number {
  return Math.ceil((HEADER_BYTES + keyLength + valueLength) / UNIT) * UNIT
}
