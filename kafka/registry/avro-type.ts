import avro, { type Type } from 'avsc'
import { type Schema, schemaOf, schemas } from '../../catalog/schemas.ts'

/**
 * Representation of union values, written and read: a union of records names its branch, which is never guessed from the
 * fields; a nullable primitive is null or the plain primitive.
 */
export const avroOptions: Pick<avro.ForSchemaOptions, 'wrapUnions' | 'typeHook'> = {
  // Names the branch if avsc cannot tell two branches apart by value, which is always the case for two records.
  wrapUnions: 'auto',
  typeHook: nameSoleRecord,
}

/** Makes a union of a single record name its branch, so that values look the same once the union has a second record. */
function nameSoleRecord(schema: unknown, options: avro.ForSchemaOptions): Type | undefined {
  const [branch, ...others] = Array.isArray(schema) ? schema : []
  if (branch === undefined || others.length > 0) return undefined
  const type = avro.Type.forSchema(branch, options)
  const Union = avro.Type.isType(type, 'record') ? avro.types.WrappedUnionType : avro.types.UnwrappedUnionType
  // avsc accepts types as branches, but its declarations do not.
  return new Union([type] as unknown as avro.Schema, options)
}

/** The Avro type of a schema, with its references resolved from the catalog. Longs are numbers, exact up to 2^53. */
export function avroTypeOf(schema: Schema, catalog: readonly Schema[] = schemas): Type {
  return typeOf(schema, catalog, avroOptions)
}

/** The same type with a bigint for each long, exact in all 64 bits, for showing records. */
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
