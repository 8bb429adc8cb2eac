import type { Type } from 'avsc'
import { PayloadError, RegistryError } from './errors.ts'
import { HEADER_BYTES, readSchemaId } from './wire-format.ts'

/** How long an id that the registry does not know is not asked for again. */
const UNKNOWN_FOR_MS = 30_000

/** Where writers' schemas come from. */
export interface SchemaSource {
  /** @throws RegistryError with status 404 where there is no such id */
  avroType(id: number): Promise<Type>
}

type Decode<T> = (value: Buffer) => T

/**
 * Decodes values in Confluent's wire format, whichever compatible schema they were written with, into the reader's.
 * A schema is fetched and resolved once, however many ask for it at a time; no schema is looked at per record.
 */
export class AvroDecoder<T> {
  readonly #reader: Type
  readonly #source: SchemaSource
  readonly #now: () => number
  readonly #known = new Map<number, Decode<T>>()
  readonly #pending = new Map<number, Promise<void>>()
  readonly #refused = new Map<number, { readonly error: PayloadError; readonly until: number }>()

  constructor(reader: Type, source: SchemaSource, now: () => number = Date.now) {
    this.#reader = reader
    this.#source = source
    this.#now = now
  }

  /**
   * Decodes a batch: for each value what it says, or why it cannot be read.
   * @throws UnreachableError or RegistryError where the registry itself fails, which is not the records' fault
   */
  async decodeAll(values: readonly (Buffer | null)[]): Promise<(T | PayloadError)[]> {
    const unknown = new Set<number>()
    for (const value of values) {
      if (value === null || value.length < HEADER_BYTES || value[0] !== 0) continue
      const id = value.readInt32BE(1)
      if (!this.#known.has(id) && !this.#isRefused(id)) unknown.add(id)
    }
    if (unknown.size > 0) await Promise.all([...unknown].map((id) => this.#learn(id)))
    return values.map((value) => this.#decode(value))
  }

  #decode(value: Buffer | null): T | PayloadError {
    try {
      const id = readSchemaId(value)
      const decode = this.#known.get(id)
      if (!decode) return this.#refused.get(id)?.error ?? unknownSchema(id)
      return decode(value as Buffer)
    } catch (error) {
      if (error instanceof PayloadError) return error
      return new PayloadError('CORRUPT', `the value is not what its schema says: ${(error as Error).message}`)
    }
  }

  #isRefused(id: number): boolean {
    const refusal = this.#refused.get(id)
    return refusal !== undefined && refusal.until > this.#now()
  }

  #learn(id: number): Promise<void> {
    const pending = this.#pending.get(id)
    if (pending) return pending
    const learning = this.#fetch(id).finally(() => this.#pending.delete(id))
    this.#pending.set(id, learning)
    return learning
  }

  async #fetch(id: number): Promise<void> {
    try {
      this.#known.set(id, this.#decoderOf(id, await this.#source.avroType(id)))
      this.#refused.delete(id)
    } catch (error) {
      const refusal = refusalOf(id, error as Error)
      if (!refusal) throw error
      this.#refused.set(id, { error: refusal, until: this.#now() + UNKNOWN_FOR_MS })
    }
  }

  #decoderOf(id: number, writer: Type): Decode<T> {
    let resolver: ReturnType<Type['createResolver']>
    try {
      resolver = this.#reader.createResolver(writer)
    } catch (error) {
      throw new PayloadError(
        'INCOMPATIBLE_SCHEMA',
        `schema ${id} cannot be read as ours: ${(error as Error).message}`,
      )
    }
    return (value) => {
      const { value: decoded, offset } = this.#reader.decode(value, HEADER_BYTES, resolver)
      if (offset !== value.length) {
        const problem = offset < 0 ? 'ends early' : `has ${value.length - offset} bytes too many`
        throw new PayloadError('CORRUPT', `the value ${problem} for schema ${id}`)
      }
      return decoded as T
    }
  }
}

/** The error that is the record's own fault; undefined where it is the registry's. */
function refusalOf(id: number, error: Error): PayloadError | undefined {
  if (error instanceof PayloadError) return error
  if (error instanceof RegistryError && error.status === 404) return unknownSchema(id)
  return undefined
}

function unknownSchema(id: number): PayloadError {
  return new PayloadError('UNKNOWN_SCHEMA', `the registry knows no schema ${id}`)
}
