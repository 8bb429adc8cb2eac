import avro, { type Type } from 'avsc'
import { type Schema, schemaOf, schemas } from '../catalog/schemas.ts'

/** The Avro type of a schema, what it refers to in the catalog included. Values of a union name their branch. */
export function avroTypeOf(schema: Schema, catalog: readonly Schema[] = schemas): Type {
  const registry: Record<string, Type> = {}
  const parse = (text: string) => avro.Type.forSchema(JSON.parse(text), { registry, wrapUnions: true })
  const parseAfterReferences = (current: Schema): Type => {
    for (const { subject, name } of current.references) {
      if (!(name in registry)) parseAfterReferences(schemaOf(subject, catalog))
    }
    return parse(current.text)
  }
  return parseAfterReferences(schema)
}
