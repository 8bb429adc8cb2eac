import type { KafkaMessage } from 'kafkajs'
import { inTurn } from './answers/answers.ts'
import type { OutputName, Row } from './answers/row.ts'

/** The topic of an output, and how its records are read. */
export interface Output {
  readonly name: OutputName
  /** The topic as the catalog names it. */
  readonly topic: string
  /**
   * `records`: every record counts, including repeated keys. `turns`: each key's records count in order. `table`: the
   * last record of each key counts, unless it is a tombstone.
   */
  readonly kind: 'records' | 'turns' | 'table'
  /**
   * Undefined for a record that is not part of this output.
   * @param now when the input is sent
   */
  row(message: KafkaMessage, now: number): Row | undefined
}

/** The rows of an output's records. */
export function rowsOf({ kind, row }: Output, messages: readonly KafkaMessage[], now: number): Row[] {
  const rows = messages.flatMap((message) => row(message, now) ?? [])
  if (kind === 'turns') return inTurn(rows)
  if (kind === 'records') return rows
  return [...new Map(rows.map((one) => [one.key, one])).values()].filter(({ fields }) => fields !== undefined)
}
