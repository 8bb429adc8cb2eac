/** More samples than this are merged in pairs. */
const MAX_SAMPLES = 64

interface Sample {
  /** The size of the file. */
  readonly size: number
  /** When it was last written at that size, in ms since the epoch. */
  readonly at: number
}

/**
 * When the bytes of a growing file were written, as far as its size was sampled. Memory stays bounded: merged samples make
 * the bytes between them as old as the oldest of them.
 */
export class WriteTimes {
  #samples: Sample[] = []

  /** The file has this size, and was written last at this time. */
  add(size: number, at: number): void {
    this.#samples.push({ size, at })
    if (this.#samples.length <= MAX_SAMPLES) return
    const pairs = Math.ceil(this.#samples.length / 2)
    this.#samples = Array.from({ length: pairs }, (_, pair) => {
      const older = this.#samples[2 * pair] as Sample
      const younger = this.#samples[2 * pair + 1] ?? older
      return { size: younger.size, at: older.at }
    })
  }

  /** When the byte at an offset was written, in ms since the epoch; undefined if the file is not that long. Forgets earlier bytes. */
  timeOf(offset: number): number | undefined {
    const first = this.#samples.findIndex(({ size }) => size > offset)
    this.#samples = first < 0 ? [] : this.#samples.slice(first)
    return this.#samples[0]?.at
  }

  clear(): void {
    this.#samples = []
  }
}
