import { topics } from '../../catalog/topics.ts'
import { PayloadError } from '../../kafka/errors.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import type { StreamRecord } from '../../kafka/protocol/record.ts'
import { type JsonDecoder, jsonDecoder } from '../../kafka/registry/json-decoder.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { windowKey } from '../../kafka/registry/window-key.ts'
import type { ShownRecord } from './shown-record.ts'

/** How many bytes of a value that cannot be decoded are shown. */
const MOST_BYTES = 4_096

/** Decodes the records of topics for a person: those of the catalog as it declares them, others as JSON if they are. */
export class RecordShower {
  readonly #registry: Registry
  readonly #decoders = new Map<string, JsonDecoder>()

  constructor(profile: Profile) {
    this.#registry = new Registry(profile)
  }

  /**
   * The records as a person sees them; undefined for those that a filter does not want.
   * @param isWanted gets the value of a record that could be decoded, as JSON text; other records are not wanted
   * @throws if the schema registry does not answer
   */
  async show(
    topic: string,
    records: readonly StreamRecord[],
    isWanted?: (json: string) => boolean,
  ): Promise<(ShownRecord | undefined)[]> {
    const values = await this.#decoderOf(topic)(records.map(({ value }) => value))
    const declared = topics.find(({ name }) => name === topic)
    return records.map((record, index) => {
      const value = decodedValue(record.value, values[index])
      // Most records of a long scan are not wanted: nothing else of them is decoded.
      if (isWanted && (value.value === null || value.error !== undefined || !isWanted(value.value)))
        return undefined
      return {
        topic,
        partition: record.partition,
        offset: record.offset,
        timestamp: record.timestamp,
        clock: record.appendedAt === undefined ? 'producer' : 'broker',
        key: record.key && keyText(record.key, declared),
        headers: record.headers.map(([name, text]) => [textOf(name), text && textOf(text)] as const),
        ...value,
        size: record.value?.length ?? 0,
      }
    })
  }

  #decoderOf(topic: string): JsonDecoder {
    const known = this.#decoders.get(topic)
    if (known) return known
    const declared = topics.find(({ name }) => name === topic) ?? { ...FOREIGN, name: topic }
    const decoder = jsonDecoder(declared, this.#registry)
    this.#decoders.set(topic, decoder)
    return decoder
  }
}

/** A topic that the catalog does not declare. */
const FOREIGN = {
  description: '',
  partitions: 1,
  retention: { policy: 'delete', ms: 0 },
  key: undefined,
  value: { kind: 'json' },
  writers: [],
  readers: [],
} as const

function keyText(key: Buffer, topic: (typeof topics)[number] | undefined): string {
  if (!topic) return textOf(key)
  const { key: own, window } = windowKey(topic, key)
  return `${textOf(own)}${window}`
}

function decodedValue(
  value: Buffer | null,
  decoded: string | PayloadError | undefined,
): Pick<ShownRecord, 'value' | 'error'> {
  if (value === null) return { value: null }
  if (typeof decoded === 'string') return { value: decoded }
  const error = decoded instanceof PayloadError ? `${decoded.code}: ${decoded.message}` : 'not decoded'
  const cut = value.length > MOST_BYTES ? ` … and ${value.length - MOST_BYTES} bytes more` : ''
  return { value: `${textOf(value.subarray(0, MOST_BYTES))}${cut}`, error }
}

const strict = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 as the text that it is, other bytes as `hex:` and their digits. */
export function textOf(bytes: Buffer): string {
  try {
    return strict.decode(bytes)
  } catch {
    return `hex:${bytes.toString('hex')}`
  }
}
