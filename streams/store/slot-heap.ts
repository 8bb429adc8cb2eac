import type { NumberColumn } from './number-column.ts'

/**
 * A binary heap of slots that knows where each slot lies, so that any of them is moved or removed in O(log n). Heaps may
 * share a column of positions, as long as a slot is in one of them at most.
 */
export class SlotHeap {
  readonly #slots: number[] = []
  readonly #positions: NumberColumn
  readonly #isBefore: (one: number, other: number) => boolean

  /** @param isBefore a total order of slots */
  constructor(positions: NumberColumn, isBefore: (one: number, other: number) => boolean) {
    this.#positions = positions
    this.#isBefore = isBefore
  }

  get size(): number {
    return this.#slots.length
  }

  /** The first slot in the order; undefined if there is none. */
  get first(): number | undefined {
    return this.#slots[0]
  }

  add(slot: number): void {
    this.#slots.push(slot)
    this.#rise(this.#slots.length - 1, slot)
  }

  /** Puts a slot of the heap in its place after its order has changed. */
  move(slot: number): void {
    const position = this.#positions.get(slot)
    if (this.#rise(position, slot) === position) this.#sink(position, slot)
  }

  remove(slot: number): void {
    const position = this.#positions.get(slot)
    const last = this.#slots.pop() as number
    this.#positions.clear(slot)
    if (last === slot) return
    this.#put(position, last)
    this.move(last)
  }

  #rise(from: number, slot: number): number {
    let position = from
    while (position > 0) {
      const parent = (position - 1) >> 1
      const above = this.#slots[parent] as number
      if (!this.#isBefore(slot, above)) break
      this.#put(position, above)
      position = parent
    }
    this.#put(position, slot)
    return position
  }

  #sink(from: number, slot: number): void {
    const { length } = this.#slots
    let position = from
    for (;;) {
      let child = 2 * position + 1
      if (child >= length) break
      const right = child + 1
      if (right < length && this.#isBefore(this.#slots[right] as number, this.#slots[child] as number))
        child = right
      const below = this.#slots[child] as number
      if (!this.#isBefore(below, slot)) break
      this.#put(position, below)
      position = child
    }
    this.#put(position, slot)
  }

  #put(position: number, slot: number): void {
    this.#slots[position] = slot
    this.#positions.set(slot, position)
  }
}
