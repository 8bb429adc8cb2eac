import type { Schema } from '../../catalog/schemas.ts'
import { schemaOf } from '../../catalog/schemas.ts'
import type { Topic } from '../../catalog/topic.ts'

const AVRO = 'application/vnd.apache.avro+json;version=1.9.0'
const JSON_SCHEMA = 'application/schema+json;version=draft-07'

/** The type and the schema of a topic's values, as a message of AsyncAPI has them. */
export function payloadOf({ value }: Topic, schemas: readonly Schema[]) {
  if (value.kind === 'bytes')
    return { contentType: 'application/octet-stream', payload: { description: 'Bytes of any format.' } }
  if (value.kind === 'avro')
    return {
      contentType: 'application/vnd.apache.avro',
      payload: { schemaFormat: AVRO, schema: resolvedAvro(schemaOf(value.subject, schemas), schemas) },
    }
  if (value.subject === undefined)
    return { contentType: 'application/json', payload: { description: 'JSON without a declared schema.' } }
  return {
    contentType: 'application/json',
    payload: { schemaFormat: JSON_SCHEMA, schema: JSON.parse(schemaOf(value.subject, schemas).text) },
  }
}

/** An Avro schema with each referenced type in the place where it is named first; Avro refuses a second definition. */
function resolvedAvro(schema: Schema, schemas: readonly Schema[], defined = new Set<string>()): unknown {
  const resolve = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(resolve)
    if (typeof part === 'object' && part !== null) {
      // Names and documentation are texts too, but not references.
      return Object.fromEntries(
        Object.entries(part).map(([key, value]) => [
          key,
          ['type', 'items', 'values', 'fields'].includes(key) ? resolve(value) : value,
        ]),
      )
    }
    const reference = schema.references.find(({ name }) => name === part)
    if (!reference || defined.has(reference.name)) return part
    defined.add(reference.name)
    return resolvedAvro(schemaOf(reference.subject, schemas), schemas, defined)
  }
  return resolve(JSON.parse(schema.text))
}
