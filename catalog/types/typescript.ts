// Derives the TypeScript types of the events from the schemas. `npm run types` writes them to events.ts; a test fails
// when that file is out of date.
import { compile } from 'json-schema-to-typescript'
import { gameEventTypes, recordName, type Schema, schemaOf, schemas } from '../schemas.ts'

type Avro = string | AvroRecord | AvroOther | readonly Avro[]
interface AvroRecord {
  readonly type: 'record'
  readonly name: string
  readonly namespace?: string
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

/** Types that are null, a boolean or a number in JavaScript. A long is a number; avsc throws beyond 2^53 instead of rounding. */
const PLAIN = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
}

/** Avro's primitive types as avsc decodes them. */
const PRIMITIVES: Readonly<Record<string, string>> = {
  ...PLAIN,
  bytes: 'Buffer',
  string: 'string',
}

/** Groups of types that avsc cannot distinguish by value in a union. A named type counts as a record. */
const KINDS: Readonly<Record<string, string>> = {
  ...PLAIN,
  bytes: 'buffer',
  string: 'text',
  enum: 'text',
  array: 'array',
}

/**
 * The source text of events.ts.
 * @throws Error that names a field whose type cannot be derived
 */
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
  const name = record.namespace === undefined ? record.name : `${record.namespace}.${record.name}`
  const fields = record.fields.map(
    (field) =>
      `${comment(field.doc, '  ')}  readonly ${field.name}: ${typeOf(field.type, `${name}.${field.name}`)}`,
  )
  return `${comment(record.doc, '')}export interface ${record.name} {\n${fields.join('\n')}\n}`
}

function comment(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`
}

/** @throws Error that names the field, if its type cannot be derived */
function typeOf(schema: Avro, field: string): string {
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? lastSegment(schema)
  if (isUnion(schema)) {
    if (namesBranches(schema)) {
      throw new Error(
        `${field}: the values of this union would name their branch, which only game-events does; make it null and one other type`,
      )
    }
    return schema.map((branch) => typeOf(branch, field)).join(' | ')
  }
  if ('fields' in schema) {
    throw new Error(
      `${field}: a record cannot be declared inline; give it a schema of its own, and its name here`,
    )
  }
  if (schema.type === 'fixed') throw new Error(`${field}: no type is derived for fixed; make it bytes`)
  if (schema.symbols) return schema.symbols.map((symbol) => `'${symbol}'`).join(' | ')
  if (schema.items) return `readonly (${typeOf(schema.items, field)})[]`
  if (schema.values) return `Readonly<Record<string, ${typeOf(schema.values, field)}>>`
  return typeOf(schema.type, field)
}

/** Whether values of a union name their branch under kafka/registry/avro-type.ts: two branches of a kind, or a single record. */
function namesBranches(union: readonly Avro[]): boolean {
  const kinds = new Set(union.map(kindOf))
  return kinds.size < union.length || (union.length === 1 && kinds.has('object'))
}

/** Maps count as objects, like records. */
function kindOf(branch: Avro): string {
  const type = typeof branch === 'object' && 'type' in branch ? branch.type : String(branch)
  return KINDS[type] ?? 'object'
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
