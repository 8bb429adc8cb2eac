import type { KafkaMessage } from 'kafkajs'
import type { Field, Row } from './answers/row.ts'

/** The columns of a value in the format JSON, by their own names; undefined for a tombstone. */
export function jsonColumns(value: Buffer | null): Record<string, Field> | undefined {
  if (value === null) return undefined
  try {
    return JSON.parse(String(value)) as Record<string, Field>
  } catch {
    return { 'no JSON': String(value) }
  }
}

/** A record with a text as its key and columns in JSON. */
export function jsonRow({ key, value }: KafkaMessage): Row {
  return { key: String(key), fields: jsonColumns(value) }
}
