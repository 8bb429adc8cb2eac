const FIRST_SLOTS = 1 << 10

/** A time in ms for each slot of a table; NaN for a slot without one. */
export class TimeColumn {
  #times = new Float64Array(FIRST_SLOTS).fill(Number.NaN)
  /** One more than the largest slot that has had a time. */
  #end = 0

  get bytes(): number {
    return this.#times.byteLength
  }

  get end(): number {
    return this.#end
  }

  get(slot: number): number {
    return slot < this.#end ? (this.#times[slot] as number) : Number.NaN
  }

  set(slot: number, time: number): void {
    if (slot >= this.#end) {
      this.#end = slot + 1
      if (slot >= this.#times.length) this.#grow(slot)
    }
    this.#times[slot] = time
  }

  clear(slot: number): void {
    this.#times[slot] = Number.NaN
  }

  #grow(slot: number): void {
    const times = new Float64Array(Math.max(slot + 1, this.#times.length * 2)).fill(Number.NaN)
    times.set(this.#times)
    this.#times = times
  }
}
