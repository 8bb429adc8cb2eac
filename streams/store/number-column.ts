const FIRST_SLOTS = 1 << 10

/** A number for each slot of a table, such as a time; NaN for a slot without one. */
export class NumberColumn {
  #numbers = new Float64Array(FIRST_SLOTS).fill(Number.NaN)

  get bytes(): number {
    return this.#numbers.byteLength
  }

  /** How many slots there is room for: slots from here on have no number. */
  get length(): number {
    return this.#numbers.length
  }

  get(slot: number): number {
    return slot < this.#numbers.length ? (this.#numbers[slot] as number) : Number.NaN
  }

  set(slot: number, number: number): void {
    if (slot >= this.#numbers.length) this.#grow(slot)
    this.#numbers[slot] = number
  }

  clear(slot: number): void {
    this.#numbers[slot] = Number.NaN
  }

  #grow(slot: number): void {
    const numbers = new Float64Array(Math.max(slot + 1, this.#numbers.length * 2)).fill(Number.NaN)
    numbers.set(this.#numbers)
    this.#numbers = numbers
  }
}
