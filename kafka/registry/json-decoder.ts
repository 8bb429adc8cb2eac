import { schemaOf } from '../../catalog/schemas.ts'
import type { Topic } from '../../catalog/topic.ts'
import { PayloadError } from '../errors.ts'
import { AvroDecoder } from './avro-decoder.ts'
import { exactAvroTypeOf } from './avro-type.ts'
import { compactJson, exactJson } from './exact-json.ts'
import { type Decoded, valueDecoder } from './record-decoder.ts'
import type { Registry } from './registry.ts'

/** Says values as JSON, each on one line, or why they cannot be read. */
export type JsonDecoder = (values: readonly (Buffer | null)[]) => Promise<readonly (string | PayloadError)[]>

/**
 * Says a topic's values as JSON that shows exactly what the topic holds, for a person or another program: JSON as it was
 * written, Avro with longs of all 64 bits, and bytes of any other kind as a text.
 */
export function jsonDecoder(topic: Topic, registry: Registry): JsonDecoder {
  switch (topic.value.kind) {
    case 'json':
      return async (values) => values.map(asWritten)
    case 'avro': {
      const decoder = new AvroDecoder<unknown>(exactAvroTypeOf(schemaOf(topic.value.subject)), registry)
      return async (values) => (await decoder.decodeAll(values)).map(asJson)
    }
    case 'bytes': {
      const decode = valueDecoder(topic, registry)
      return async (values) => (await decode(values)).map(asJson)
    }
  }
}

function asWritten(value: Buffer | null): string | PayloadError {
  if (value === null) return new PayloadError('EMPTY', 'the record has no value')
  try {
    return compactJson(new TextDecoder('utf-8', { fatal: true }).decode(value))
  } catch (error) {
    return new PayloadError('CORRUPT', `the value is no JSON: ${(error as Error).message}`)
  }
}

function asJson(decoded: Decoded): string | PayloadError {
  return decoded instanceof PayloadError ? decoded : exactJson(decoded)
}
