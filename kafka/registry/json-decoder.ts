import { schemaOf } from '../../catalog/schemas.ts'
import type { Topic } from '../../catalog/topic.ts'
import { PayloadError } from '../errors.ts'
import { AvroDecoder } from './avro-decoder.ts'
import { exactAvroTypeOf } from './avro-type.ts'
import { compactJson, exactJson } from './exact-json.ts'
import { type Decoded, valueDecoder } from './record-decoder.ts'
import type { Registry } from './registry.ts'

/** Decodes values to JSON, each on one line, or to the reason why a value cannot be read. */
export type JsonDecoder = (values: readonly (Buffer | null)[]) => Promise<readonly (string | PayloadError)[]>

/**
 * Makes the decoder of a topic's values to JSON. No digit or field is lost: JSON stays as it was written, the longs of Avro
 * keep 64 bits, other bytes become text.
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
    return new PayloadError('CORRUPT', `the value is not JSON: ${(error as Error).message}`)
  }
}

function asJson(decoded: Decoded): string | PayloadError {
  return decoded instanceof PayloadError ? decoded : exactJson(decoded)
}
