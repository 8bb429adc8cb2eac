import avro, { type Type } from 'avsc'
import { type Schema, schemaOf, schemas } from '../catalog/schemas.ts'

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

/** The Avro type of a schema, with its references resolved from the catalog. */
export function avroTypeOf(schema: Schema, catalog: readonly Schema[] = schemas): Type {
  const registry: Record<string, Type> = {}
  const parse = (text: string) => avro.Type.forSchema(JSON.parse(text), { ...avroOptions, registry })
  const parseAfterReferences = (current: Schema): Type => {
    for (const { subject, name } of current.references) {
      if (!(name in registry)) parseAfterReferences(schemaOf(subject, catalog))
    }
    return parse(current.text)
  }
  return parseAfterReferences(schema)
}
