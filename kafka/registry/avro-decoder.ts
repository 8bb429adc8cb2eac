import avro, { type Type } from 'avsc'
import { PayloadError } from '../errors.ts'
import { HEADER_BYTES, readSchemaId } from './wire-format.ts'

/** Time before a refused schema id is requested again. */
const UNKNOWN_FOR_MS = 30_000

/** Refused ids to remember, apart from the current batch's: garbage can contain any number of ids. */
const MAX_REFUSED = 10_000

/** Concurrent schema requests per batch. */
const MAX_FETCHES = 8

/** Source of writer schemas. */
export interface SchemaSource {
  /**
   * @throws PayloadError if the schema does not exist or cannot be used; any other error is a failure of the source itself
   */
  avroType(id: number): Promise<Type>
}

type Decode<T> = (value: Buffer) => T

/** Reads from an offset to the end of the value. */
type Read<T> = (value: Buffer, start: number) => T

const UNION_INDEX = avro.Type.forSchema('long')

/** U+FFFD, which avsc puts in place of invalid UTF-8, and its own encoding. */
const REPLACEMENT = '\u{FFFD}'
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT)

/**
 * Decodes values in Confluent's wire format from any compatible writer schema into the reader's. Each schema is fetched
 * and resolved once, also under concurrency, never per record. A union is resolved branch by branch, so an unknown branch
 * makes only its own values INCOMPATIBLE_SCHEMA.
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
   * Decodes a batch: for each value, the decoded value or the reason why it cannot be read.
   * @throws UnreachableError or RegistryError if the registry itself fails, which is not the records' fault
   */
  async decodeAll(values: readonly (Buffer | null)[]): Promise<(T | PayloadError)[]> {
    const unknown = new Set<number>()
    for (const value of values) {
      if (value === null || value.length < HEADER_BYTES || value[0] !== 0) continue
      const id = value.readInt32BE(1)
      if (!this.#known.has(id) && !this.#isRefused(id)) unknown.add(id)
    }
    if (unknown.size > 0) await this.#learnAll(unknown)
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

  async #learnAll(unknown: ReadonlySet<number>): Promise<void> {
    // Evict before learning: a batch needs all refusals of its own ids.
    for (const id of this.#refused.keys()) {
      if (this.#refused.size <= MAX_REFUSED) break
      this.#refused.delete(id)
    }
    const ids = unknown.values()
    const learn = async () => {
      for (const id of ids) await this.#learn(id)
    }
    await Promise.all(Array.from({ length: MAX_FETCHES }, learn))
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
      if (!(error instanceof PayloadError)) throw error
      // Delete first: the map's insertion order is the order of eviction.
      this.#refused.delete(id)
      this.#refused.set(id, { error, until: this.#now() + UNKNOWN_FOR_MS })
    }
  }

  #decoderOf(id: number, writer: Type): Decode<T> {
    if (!isUnion(writer)) {
      const read = this.#reading(id, writer)
      return (value) => read(value, HEADER_BYTES)
    }
    const branches = writer.types.map((branch) => this.#readingBranch(id, branch))
    return (value) => {
      const { value: index, offset } = UNION_INDEX.decode(value, HEADER_BYTES)
      if (offset < 0) throw new PayloadError('CORRUPT', `the value ends early for schema ${id}`)
      const read = branches[index]
      if (!read) throw new PayloadError('CORRUPT', `union branch ${index} does not exist in schema ${id}`)
      return read(value, offset)
    }
  }

  #readingBranch(id: number, branch: Type): Read<T> {
    try {
      return this.#reading(id, branch)
    } catch (cause) {
      const error = new PayloadError(
        'INCOMPATIBLE_SCHEMA',
        `the value is a ${branch.branchName}, which schema ${id} writes in a way that is not ours; update this consumer`,
        { cause },
      )
      return () => {
        throw error
      }
    }
  }

  #reading(id: number, writer: Type): Read<T> {
    let resolver: ReturnType<Type['createResolver']>
    try {
      resolver = this.#reader.createResolver(writer)
    } catch (error) {
      throw new PayloadError(
        'INCOMPATIBLE_SCHEMA',
        `schema ${id} cannot be read as ours: ${(error as Error).message}`,
      )
    }
    return (value, start) => {
      const { value: decoded, offset } = this.#reader.decode(value, start, resolver)
      if (offset !== value.length) {
        const problem = offset < 0 ? 'ends early' : `has ${value.length - offset} bytes too many`
        throw new PayloadError('CORRUPT', `the value ${problem} for schema ${id}`)
      }
      // avsc accepts an int of any length, and text of any bytes.
      if (!this.#reader.isValid(decoded)) {
        throw new PayloadError('CORRUPT', `the value's ${misfit(this.#reader, decoded)}`)
      }
      const replaced = replacementsIn(decoded)
      if (replaced > 0 && replaced > occurrences(REPLACEMENT_BYTES, value)) {
        throw new PayloadError('CORRUPT', 'the value has a string that is not UTF-8')
      }
      return decoded as T
    }
  }
}

function isUnion(type: Type): type is avro.types.WrappedUnionType | avro.types.UnwrappedUnionType {
  return avro.Type.isType(type, 'union')
}

/** Describes the field of a decoded value that does not match its type. */
function misfit(type: Type, decoded: unknown): string {
  let found = 'content is not of its schema'
  type.isValid(decoded, {
    errorHook: (path, _, expected) => {
      found = `${path.join('.')} is no ${expected.typeName}`
    },
  })
  return found
}

/** Number of U+FFFD in the strings of a decoded value. */
function replacementsIn(decoded: unknown): number {
  if (typeof decoded === 'string') {
    return decoded.includes(REPLACEMENT) ? decoded.split(REPLACEMENT).length - 1 : 0
  }
  if (typeof decoded !== 'object' || decoded === null || Buffer.isBuffer(decoded)) return 0
  let count = 0
  for (const name of Object.keys(decoded)) {
    count += replacementsIn(name) + replacementsIn((decoded as Record<string, unknown>)[name])
  }
  return count
}

function occurrences(bytes: Buffer, value: Buffer): number {
  let count = 0
  for (let at = value.indexOf(bytes); at >= 0; at = value.indexOf(bytes, at + bytes.length)) count += 1
  return count
}

function unknownSchema(id: number): PayloadError {
  return new PayloadError('UNKNOWN_SCHEMA', `the registry knows no schema ${id}`)
}
