/** A barrier: its members continue together. */
export class Meeting {
  #size: number
  #arrived: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  /** Returns when all members have arrived; true for one of them. */
  async all(): Promise<boolean> {
    const isLast = this.#arrived.length + 1 === this.#size
    if (isLast) {
      for (const go of this.#arrived.splice(0)) go()
      return true
    }
    await new Promise<void>((resolve) => this.#arrived.push(resolve))
    return false
  }

  /**
   * A member that has ended is not waited for any more: otherwise the others would wait until their test times out,
   * which hides why it ended.
   */
  leave(): void {
    this.#size -= 1
    if (this.#arrived.length > 0 && this.#arrived.length === this.#size)
      for (const go of this.#arrived.splice(0)) go()
  }
}
