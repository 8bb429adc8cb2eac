import { readFileSync } from 'node:fs'

/** One subject of the registry. */
export interface Schema {
  readonly subject: string
  readonly type: 'AVRO' | 'JSON'
  readonly text: string
  /** Referenced subjects, each with the full name of the type it defines. */
  readonly references: readonly { readonly name: string; readonly subject: string }[]
  readonly compatibility: 'BACKWARD'
}

/** Event types in `game-events`. To add a type, put its `.avsc` into schemas/ and its name here. */
export const gameEventTypes = ['player-health', 'player-position'] as const

const gameEvents = gameEventTypes.map((name) => avroSchema(name))

/** All schemas, each after the schemas it references. */
export const schemas: readonly Schema[] = [
  ...gameEvents,
  {
    subject: 'game-events-value',
    type: 'AVRO',
    text: JSON.stringify(gameEvents.map(recordName)),
    references: gameEvents.map((schema) => ({ name: recordName(schema), subject: schema.subject })),
    compatibility: 'BACKWARD',
  },
  {
    subject: 'transactions-value',
    type: 'JSON',
    text: read('transaction.schema.json'),
    references: [],
    compatibility: 'BACKWARD',
  },
]

/** @throws Error if the catalog has no such subject */
export function schemaOf(subject: string, catalog: readonly Schema[] = schemas): Schema {
  const schema = catalog.find((candidate) => candidate.subject === subject)
  if (!schema) throw new Error(`the catalog has no schema '${subject}'; declare it in catalog/schemas.ts`)
  return schema
}

/** The full name of an Avro record. */
export function recordName(schema: Schema): string {
  const { name, namespace } = JSON.parse(schema.text) as { name: string; namespace?: string }
  return namespace === undefined ? name : `${namespace}.${name}`
}

function avroSchema(name: string): Schema {
  return {
    subject: name,
    type: 'AVRO',
    text: read(`${name}.avsc`),
    references: [],
    compatibility: 'BACKWARD',
  }
}

function read(file: string): string {
  return readFileSync(new URL(`schemas/${file}`, import.meta.url), 'utf8')
}
