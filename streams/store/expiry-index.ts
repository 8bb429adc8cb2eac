/** How many buckets a retention is divided into: an entry leaves within this fraction of it after its time. */
const RESOLUTION = 256
const FIRST_SLOTS = 1 << 10
const BUCKET_BYTES = 8
const POSITION_BYTES = 4

/**
 * Finds the slots whose time is over without looking at the others: slots lie in buckets by the time at which they expire,
 * and each slot knows its position there, so that moving or removing it costs the same however full the bucket is.
 */
export class ExpiryIndex {
  readonly #widthMs: number
  readonly #buckets = new Map<number, number[]>()
  /** Where each slot lies in its bucket. */
  #positions = new Int32Array(FIRST_SLOTS)
  /** Every bucket before this one is empty. */
  #first = Number.POSITIVE_INFINITY
  #size = 0

  constructor(retentionMs: number) {
    this.#widthMs = Math.max(1, Math.ceil(retentionMs / RESOLUTION))
  }

  /** How many slots expire at some time. */
  get size(): number {
    return this.#size
  }

  /** About how much memory the slots take in the index. */
  get liveBytes(): number {
    return this.#size * (BUCKET_BYTES + POSITION_BYTES)
  }

  /** About how much memory the index takes, including what is allocated for more slots. */
  get bytes(): number {
    return this.#size * BUCKET_BYTES + this.#positions.byteLength
  }

  /**
   * @param forgetAt when the slot expires, in ms; Infinity for never
   * @param before when the slot expired so far; NaN for a new one
   */
  add(slot: number, forgetAt: number, before: number): void {
    const bucket = this.#bucketOf(forgetAt)
    if (bucket === this.#bucketOf(before)) return
    this.remove(slot, before)
    if (bucket === Number.POSITIVE_INFINITY) return
    let slots = this.#buckets.get(bucket)
    if (!slots) {
      slots = []
      this.#buckets.set(bucket, slots)
      if (bucket < this.#first) this.#first = bucket
    }
    if (slot >= this.#positions.length) this.#grow(slot)
    this.#positions[slot] = slots.length
    slots.push(slot)
    this.#size += 1
  }

  /** @param forgetAt when the slot expires; NaN for a slot that is not in the index */
  remove(slot: number, forgetAt: number): void {
    const bucket = this.#bucketOf(forgetAt)
    const slots = this.#buckets.get(bucket)
    if (!slots) return
    const last = slots.pop() as number
    if (last !== slot) {
      const position = this.#positions[slot] as number
      slots[position] = last
      this.#positions[last] = position
    }
    if (slots.length === 0) this.#buckets.delete(bucket)
    this.#size -= 1
  }

  /** Takes the slots of all buckets that end at or before `time` out of the index. */
  takeDue(time: number): readonly number[] {
    const end = Math.floor(time / this.#widthMs)
    if (this.#first >= end) return []
    const due = this.#bucketsBefore(end).flatMap((bucket) => {
      const slots = this.#buckets.get(bucket) ?? []
      this.#buckets.delete(bucket)
      return slots
    })
    this.#size -= due.length
    this.#first = end
    return due
  }

  #bucketsBefore(end: number): number[] {
    const { size } = this.#buckets
    // After a jump in time there are fewer buckets than numbers to try.
    if (end - this.#first > size) {
      return [...this.#buckets.keys()].filter((bucket) => bucket < end).sort((one, other) => one - other)
    }
    return Array.from({ length: end - this.#first }, (_, index) => this.#first + index)
  }

  #bucketOf(time: number): number {
    return Math.floor(time / this.#widthMs)
  }

  #grow(slot: number): void {
    const positions = new Int32Array(Math.max(slot + 1, this.#positions.length * 2))
    positions.set(this.#positions)
    this.#positions = positions
  }
}
