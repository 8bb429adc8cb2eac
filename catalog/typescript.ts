// The TypeScript types of the events, derived from the schemas. `npm run types` writes them to events.ts; a test
// compares that file with what this derives, so the two cannot drift apart.
import { compile } from 'json-schema-to-typescript'
import { gameEventTypes, recordName, type Schema, schemaOf, schemas } from './schemas.ts'

type Avro = string | AvroRecord | AvroOther | readonly Avro[]
interface AvroRecord {
  readonly type: 'record'
  readonly name: string
  readonly doc?: string
  readonly fields: readonly { readonly name: string; readonly doc?: string; readonly type: Avro }[]
}
interface AvroOther {
  readonly type: Exclude<string, 'record'>
  readonly name?: string
  readonly items?: Avro
  readonly values?: Avro
  readonly symbols?: readonly string[]
  readonly logicalType?: string
}

/** Avro's primitive types as avsc decodes them. A long is a number: one beyond 2^53 is an error, not a wrong number. */
const PRIMITIVES: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  string: 'string',
}

/** The source text of events.ts. */
export async function deriveTypes(): Promise<string> {
  const records = gameEventTypes.map((subject) => schemaOf(subject))
  const json = schemas.filter((schema) => schema.type === 'JSON')
  const union = records.map((schema) => `  | { readonly '${recordName(schema)}': ${shortName(schema)} }`)
  const parts = [
    '// Derived from catalog/schemas by `npm run types`. Do not edit.',
    ...records.map((schema) => interfaceOf(JSON.parse(schema.text))),
    `/** A value of game-events, as Avro’s JSON encoding writes a union: the branch’s full name, then the record. */\nexport type GameEvent =\n${union.join('\n')}`,
    ...(await Promise.all(json.map(typeOfJson))),
  ]
  return `${parts.map((part) => part.trim()).join('\n\n')}\n`
}

function shortName(schema: Schema): string {
  return (JSON.parse(schema.text) as { name: string }).name
}

function interfaceOf(record: AvroRecord): string {
  const fields = record.fields.map(
    (field) => `${comment(field.doc, '  ')}  readonly ${field.name}: ${typeOf(field.type)}`,
  )
  return `${comment(record.doc, '')}export interface ${record.name} {\n${fields.join('\n')}\n}`
}

function comment(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`
}

function typeOf(schema: Avro): string {
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? lastSegment(schema)
  if (isUnion(schema)) return schema.map(typeOf).join(' | ')
  if ('fields' in schema) return lastSegment(schema.name)
  if (schema.symbols) return schema.symbols.map((symbol) => `'${symbol}'`).join(' | ')
  if (schema.items) return `readonly (${typeOf(schema.items)})[]`
  if (schema.values) return `Readonly<Record<string, ${typeOf(schema.values)}>>`
  return typeOf(schema.type)
}

function isUnion(schema: Avro): schema is readonly Avro[] {
  return Array.isArray(schema)
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function typeOfJson(schema: Schema): Promise<string> {
  const parsed = JSON.parse(schema.text)
  return compile(parsed, parsed.title, {
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    style: { semi: false, singleQuote: true, printWidth: 110 },
  })
}
