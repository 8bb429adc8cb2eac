/** Sequences wrap to 0 after the largest 32-bit number. */
const SEQUENCES = 2 ** 31

/** A producer's sequence numbers: by them the broker writes a batch that comes twice once, in each partition (KIP-98). */
export class Sequences {
  readonly #next = new Map<string, number[]>()

  /** The sequence of the first of `count` records, which come next in the partition. */
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

  /** Gives back the sequences of the last `count` records, which were not appended. */
  giveBack(topic: string, partition: number, count: number): void {
    this.take(topic, partition, SEQUENCES - count)
  }

  /** Begins at 0 again everywhere, for another producer id or epoch. */
  clear(): void {
    this.#next.clear()
  }
}
