/** Where some go on only together. */
export class Meeting {
  #size: number
  #arrived: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  /** Returns when everybody is here; true to one of them. */
  async all(): Promise<boolean> {
    const isLast = this.#arrived.length + 1 === this.#size
    if (isLast) {
      for (const go of this.#arrived.splice(0)) go()
      return true
    }
    await new Promise<void>((resolve) => this.#arrived.push(resolve))
    return false
  }

  /** Whoever has ended is waited for no more: the others would wait until their test's time is over, and hide why it ended. */
  leave(): void {
    this.#size -= 1
    if (this.#arrived.length > 0 && this.#arrived.length === this.#size)
      for (const go of this.#arrived.splice(0)) go()
  }
}
