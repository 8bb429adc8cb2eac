import type { KafkaMessage } from 'kafkajs'
import { inTurn } from './answers/answers.ts'
import type { OutputName, Row } from './answers/row.ts'

/** Where an engine writes one of the outputs, and how its records are read. */
export interface Output {
  readonly name: OutputName
  /** The topic as the catalog names it. */
  readonly topic: string
  /**
   * `records`: every record counts, also a second one of the same key. `turns`: those of one key in their order. `table`:
   * the last one of each key, and none where that is a tombstone.
   */
  readonly kind: 'records' | 'turns' | 'table'
  /**
   * Undefined for a record that is none of this output's.
   * @param now when the input is sent
   */
  row(message: KafkaMessage, now: number): Row | undefined
}

/** The rows that an output's records amount to. */
export function rowsOf({ kind, row }: Output, messages: readonly KafkaMessage[], now: number): Row[] {
  const rows = messages.flatMap((message) => row(message, now) ?? [])
  if (kind === 'turns') return inTurn(rows)
  if (kind === 'records') return rows
  return [...new Map(rows.map((one) => [one.key, one])).values()].filter(({ fields }) => fields !== undefined)
}
