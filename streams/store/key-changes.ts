/** A key's latest change. */
export interface Change {
  readonly key: Buffer
  /** As the codec writes it; undefined if the entry is gone. */
  readonly value: Buffer | undefined
  /** In ms; Infinity for never. */
  readonly forgetAt: number
}

/** Which keys of a table were set or removed since the changes were last taken. */
export class KeyChanges {
  readonly #changed = new Set<number>()
  /** Keys that are gone, a character for each byte. */
  readonly #gone = new Set<string>()

  /** @param key for an entry that may be new; undefined for one that has been there */
  put(slot: number, key?: Buffer): void {
    this.#changed.add(slot)
    if (key && this.#gone.size > 0) this.#gone.delete(key.toString('latin1'))
  }

  remove(slot: number, key: Buffer): void {
    this.#changed.delete(slot)
    this.#gone.add(key.toString('latin1'))
  }

  /**
   * Each key once, those that are gone last.
   * @param changeOf what a slot holds now
   */
  take(changeOf: (slot: number) => Change): Change[] {
    const changes = Array.from(this.#changed, changeOf)
    for (const key of this.#gone)
      changes.push({ key: Buffer.from(key, 'latin1'), value: undefined, forgetAt: 0 })
    this.#changed.clear()
    this.#gone.clear()
    return changes
  }
}
