/** A field's value in JSON. */
export type Field = string | number | boolean | null | readonly Field[]

/** A record of an output, in a form that all engines share. */
export interface Row {
  /** The subject of the record. */
  readonly key: string
  /** Undefined for a tombstone. */
  readonly fields: Readonly<Record<string, Field>> | undefined
}

/** The outputs by which an engine is judged. */
export const OUTPUTS = {
  unique: 'each transaction once, unchanged',
  duplicates: 'each copy that was suppressed, and which one passed',
  malformed: 'what is no transaction, set aside',
  malformedCounts: 'how many there are of it, by reason',
  known: 'the transaction of each id, to look up',
  playerState: 'what is known of a player after each event',
  failures: 'the log lines that tell a failed attempt',
  failuresByHost: 'failures on a host in ten minutes, from five on',
  failuresByAddress: 'failures from an address in ten minutes, from five on',
  attacks: 'attacks as they open, in windows that slide',
} as const

export type OutputName = keyof typeof OUTPUTS

/** Checks besides the outputs: all of them concern forgotten ids. */
export const CHECKS = {
  lookedUp: 'what a query for one id answers, forgotten ones too',
  replayed: 'ids that are known after a drop, an apply and a replay',
  lookedUpAgain: 'what a query for a forgotten id answers then',
} as const

export type CheckName = OutputName | keyof typeof CHECKS

/** The expected rows of each output that an engine has. */
export type Answers = Partial<Readonly<Record<OutputName, readonly Row[]>>>
