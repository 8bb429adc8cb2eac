// What a browser of topics shows, without anything of Node: pages use these types too.

/** A record for a person. Every text is as it lies in the topic: whoever shows it makes it harmless. */
export interface ShownRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** ms since the epoch. */
  readonly timestamp: number
  /** Whose clock the timestamp is. */
  readonly clock: 'producer' | 'broker'
  readonly key: string | null
  readonly headers: readonly (readonly [name: string, value: string | null])[]
  /** The value as JSON text, numbers of any size exact; null for a record without a value. */
  readonly value: string | null
  /** Why the value could not be decoded; then the value is its bytes, as text or as hex digits. */
  readonly error?: string
  /** The value's size in bytes. */
  readonly size: number
}

/** How far a scan is. */
export interface Progress {
  /** Records looked at. */
  readonly scanned: number
  readonly hits: number
  /** Offsets passed, of all offsets in the ranges. */
  readonly passed: number
  readonly total: number
}
