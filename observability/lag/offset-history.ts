/** How many samples a partition keeps. With one per second, the recent half reaches back five minutes. */
const MOST_SAMPLES = 600

interface Sample {
  /** ms since the epoch, by this process's clock. */
  readonly at: number
  readonly end: number
}

/**
 * When each offset of one partition was the partition's end, from samples. Old samples thin out, so memory is bounded and
 * the history still reaches back to the beginning.
 */
export class OffsetHistory {
  #samples: Sample[] = []

  /** Adds a sample. An end below the last one means that the topic was made again: the history begins again too. */
  add(at: number, end: number): void {
    const last = this.#samples.at(-1)
    if (last && end < last.end) this.#samples = []
    // In an idle partition only the first and the last moment of an end matter.
    if (last?.end === end && this.#samples.at(-2)?.end === end) this.#samples.pop()
    this.#samples.push({ at, end })
    if (this.#samples.length > MOST_SAMPLES) this.#thin()
  }

  /**
   * When the record at an offset was appended, in ms since the epoch, to the nearest sample; undefined if the record is
   * older than the history, or not there yet.
   */
  appendedAt(offset: number): number | undefined {
    const after = this.#firstBeyond(offset)
    const before = this.#samples[after - 1]
    const sample = this.#samples[after]
    if (!sample || !before) return undefined
    // Records are taken to come evenly between two samples.
    const share = (offset + 1 - before.end) / (sample.end - before.end)
    return before.at + share * (sample.at - before.at)
  }

  /** The first sample whose end is greater than the offset: ends never fall, so a binary search finds it. */
  #firstBeyond(offset: number): number {
    let low = 0
    let high = this.#samples.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#samples[middle] as Sample).end > offset) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Keeps every second sample of the older half. */
  #thin(): void {
    const half = this.#samples.length >> 1
    this.#samples = this.#samples.filter((_, index) => index >= half || index % 2 === 0)
  }
}
