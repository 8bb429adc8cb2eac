/** Sequences wrap to 0 after the largest 32-bit number. */
const SEQUENCES = 2 ** 31

/** A producer's sequence numbers in each partition, by which the broker recognises a batch that is sent twice (KIP-98). */
export class Sequences {
  readonly #next = new Map<string, number[]>()

  /** Reserves sequences for the next `count` records of a partition, and returns the first. */
  take(topic: string, partition: number, count: number): number {
    let ofTopic = this.#next.get(topic)
    if (!ofTopic) {
      ofTopic = []
      this.#next.set(topic, ofTopic)
    }
    const first = ofTopic[partition] ?? 0
    ofTopic[partition] = (first + count) % SEQUENCES
    return first
  }

  /** Returns the latest `count` sequences, of records that were not appended. */
  giveBack(topic: string, partition: number, count: number): void {
    this.take(topic, partition, SEQUENCES - count)
  }

  /** Starts at 0 in every partition, as another producer id or epoch must. */
  clear(): void {
    this.#next.clear()
  }
}
