/** How many buckets a retention is divided into: an entry leaves within this fraction of it after its time. */
const RESOLUTION = 256

/**
 * Finds the entries whose time is over without looking at the others: slots lie in buckets by the time at which they
 * expire. An entry whose time was moved stays in its old bucket too, and is passed over there.
 */
export class ExpiryIndex {
  readonly #widthMs: number
  readonly #buckets = new Map<number, number[]>()
  /** Every bucket before this one is empty. */
  #first = Number.POSITIVE_INFINITY
  #entries = 0

  constructor(retentionMs: number) {
    this.#widthMs = Math.max(1, Math.ceil(retentionMs / RESOLUTION))
  }

  /** About how much memory the index takes. */
  get bytes(): number {
    return this.#entries * 8
  }

  /** @param before when the slot expired so far; NaN for a new one */
  add(slot: number, forgetAt: number, before: number): void {
    if (forgetAt === Number.POSITIVE_INFINITY) return
    const bucket = this.#bucketOf(forgetAt)
    if (bucket === this.#bucketOf(before)) return
    const slots = this.#buckets.get(bucket)
    if (slots) slots.push(slot)
    else this.#buckets.set(bucket, [slot])
    if (bucket < this.#first) this.#first = bucket
    this.#entries += 1
  }

  /** Takes the slots of all buckets that end at or before `time`, each once, if it still expires there. */
  *due(time: number, forgetAtOf: (slot: number) => number): Generator<number> {
    const end = Math.floor(time / this.#widthMs)
    if (this.#first >= end) return
    // After a jump in time there are fewer buckets than numbers to try.
    const isJump = end - this.#first > this.#buckets.size
    const due = isJump
      ? [...this.#buckets.keys()].filter((bucket) => bucket < end).sort((a, b) => a - b)
      : Array.from({ length: end - this.#first }, (_, index) => this.#first + index)
    for (const bucket of due) {
      const slots = this.#buckets.get(bucket)
      this.#buckets.delete(bucket)
      this.#entries -= slots?.length ?? 0
      for (const slot of slots ?? []) {
        if (this.#bucketOf(forgetAtOf(slot)) === bucket) yield slot
      }
    }
    this.#first = end
  }

  #bucketOf(time: number): number {
    return Math.floor(time / this.#widthMs)
  }
}
