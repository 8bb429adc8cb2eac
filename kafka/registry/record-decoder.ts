import { schemaOf } from '../../catalog/schemas.ts'
import type { Topic } from '../../catalog/topic.ts'
import { PayloadError } from '../errors.ts'
import { AvroDecoder } from './avro-decoder.ts'
import { avroTypeOf } from './avro-type.ts'
import type { Registry } from './registry.ts'

/** The decoded value, or the reason why it cannot be read. */
export type Decoded = unknown | PayloadError

/** Decodes a batch of a topic's values in the format that the catalog declares. */
export type ValueDecoder = (values: readonly (Buffer | null)[]) => Promise<readonly Decoded[]>

/** The decoder of a topic's values: Avro through the registry, JSON, or bytes, shown as text if valid UTF-8, else base64. */
export function valueDecoder(topic: Topic, registry: Registry): ValueDecoder {
  switch (topic.value.kind) {
    case 'avro': {
      const decoder = new AvroDecoder<unknown>(avroTypeOf(schemaOf(topic.value.subject)), registry)
      return (values) => decoder.decodeAll(values)
    }
    case 'json':
      return async (values) => values.map(decodeJson)
    case 'bytes':
      return async (values) => values.map(decodeBytes)
  }
}

function decodeJson(value: Buffer | null): Decoded {
  if (value === null) return new PayloadError('EMPTY', 'the record has no value')
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value))
  } catch (error) {
    return new PayloadError('CORRUPT', `the value is not JSON: ${(error as Error).message}`)
  }
}

function decodeBytes(value: Buffer | null): Decoded {
  if (value === null) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value)
  } catch {
    return `base64:${value.toString('base64')}`
  }
}
