import avro, { type Type } from 'avsc'
import { type Schema, schemaOf, schemas } from '../catalog/schemas.ts'

/**
 * How values of unions look, in what we write and what we read: one of records names its branch, never a guess from the
 * fields; a primitive that may be null is null or the primitive.
 */
export const avroOptions: Pick<avro.ForSchemaOptions, 'wrapUnions' | 'typeHook'> = {
  // Names the branch where avsc could not tell two apart, as it cannot any two records.
  wrapUnions: 'auto',
  typeHook: nameSoleRecord,
}

/** A union of one record names it too, as the union does that it becomes with a second. */
function nameSoleRecord(schema: unknown, options: avro.ForSchemaOptions): Type | undefined {
  const [branch, ...others] = Array.isArray(schema) ? schema : []
  if (branch === undefined || others.length > 0) return undefined
  const type = avro.Type.forSchema(branch, options)
  const Union = avro.Type.isType(type, 'record') ? avro.types.WrappedUnionType : avro.types.UnwrappedUnionType
  // avsc takes types for branches, and its declarations do not say so.
  return new Union([type] as unknown as avro.Schema, options)
}

/** The Avro type of a schema, what it refers to in the catalog included. Longs are numbers, and exact up to 2^53. */
export function avroTypeOf(schema: Schema, catalog: readonly Schema[] = schemas): Type {
  return typeOf(schema, catalog, avroOptions)
}

/** The same, with a bigint for each long: exact over all 64 bits, for who shows what a record says. */
export function exactAvroTypeOf(schema: Schema, catalog: readonly Schema[] = schemas): Type {
  return typeOf(schema, catalog, {
    ...avroOptions,
    typeHook: (part, options) => (isLong(part) ? exactLong : nameSoleRecord(part, options)),
  })
}

function isLong(schema: unknown): boolean {
  return schema === 'long' || (schema as { readonly type?: unknown } | null)?.type === 'long'
}

const exactLong = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: (value: bigint) => value,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
})

function typeOf(schema: Schema, catalog: readonly Schema[], options: typeof avroOptions): Type {
  const registry: Record<string, Type> = {}
  const parse = (text: string) => avro.Type.forSchema(JSON.parse(text), { ...options, registry })
  const parseAfterReferences = (current: Schema): Type => {
    for (const { subject, name } of current.references) {
      if (!(name in registry)) parseAfterReferences(schemaOf(subject, catalog))
    }
    return parse(current.text)
  }
  return parseAfterReferences(schema)
}
