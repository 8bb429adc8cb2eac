import { isDeepStrictEqual } from 'node:util'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import type { Type } from 'avsc'
import { type Schema, schemaOf, schemas } from '../../catalog/schemas.ts'
import { PayloadError, RegistryError, UnreachableError } from '../errors.ts'
import { oneLine } from '../one-line.ts'
import type { Profile } from '../profile/profile.ts'
import { avroOptions } from './avro-type.ts'
import { RegistryHttp, type Take } from './registry-http.ts'

/** The largest id of the wire format. */
const MAX_ID = 2 ** 31 - 1

/** A registered version of a subject. */
export interface RegisteredSchema {
  readonly id: number
  readonly version: number
}

interface Reference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

/** A schema as the registry returns it. */
interface SchemaContent {
  readonly schema: string
  readonly schemaType?: string
  readonly references?: readonly Reference[]
}

/** A Confluent-compatible schema registry. Every method throws UnreachableError or RegistryError with a one-line message. */
export class Registry {
  readonly #http: RegistryHttp
  readonly #library: SchemaRegistry

  constructor(profile: Profile) {
    this.#http = new RegistryHttp(profile)
    this.#library = new SchemaRegistry(
      {
        host: profile.registry.url,
        middlewares: [() => ({ response: (...asked) => this.#carry(asked[2]) })],
      },
      { [SchemaType.AVRO]: avroOptions },
    )
  }

  async subjects(): Promise<string[]> {
    return this.#http.ask('GET', '/subjects', asTexts)
  }

  /** The latest version of a subject; undefined if it does not exist. */
  async latest(subject: string): Promise<RegisteredSchema | undefined> {
    return this.#http.find('GET', `${subjectPath(subject)}/versions/latest`, asVersion)
  }

  /**
   * The version of the subject that holds exactly this schema with references to the catalog's versions, even if later
   * versions exist; undefined if it was never registered.
   */
  async lookUp(schema: Schema, catalog: readonly Schema[] = schemas): Promise<RegisteredSchema | undefined> {
    const references = await this.#references(schema, catalog)
    if (!references) return undefined
    const path = subjectPath(schema.subject)
    const content = body(schema, references)
    const found = await this.#http.find('POST', path, asVersion, content)
    if (found) return found
    // By default Apicurio compares texts byte by byte. With `normalize` it is too lenient, so compare the content as well;
    // it also fails if a version has another schema type, which is then not a match.
    const similar = await this.#http
      .find('POST', `${path}?normalize=true`, asVersionWithContent, content)
      .catch((error) => {
        if (error instanceof RegistryError) return undefined
        throw error
      })
    return similar && saysTheSame(similar, content) ? similar : undefined
  }

  /**
   * Checks a schema without references against its subject's latest version: undefined if compatible or the subject is new,
   * else the registry's reasons, which may be empty.
   */
  async objections(schema: Schema): Promise<readonly string[] | undefined> {
    if (!(await this.latest(schema.subject))) return undefined
    const path = `/compatibility${subjectPath(schema.subject)}/versions/latest?verbose=true`
    const verdict = await this.#http.ask('POST', path, asVerdict, body(schema, []))
    return verdict.isCompatible ? undefined : verdict.messages
  }

  /**
   * Registers the schema as the subject's next version, with references to the catalog's versions; a new subject also gets
   * its compatibility rule. Does not use the library, which rejects a union because it has no name.
   */
  async register(schema: Schema, catalog: readonly Schema[] = schemas): Promise<void> {
    const references = await this.#references(schema, catalog)
    if (!references)
      throw new RegistryError(0, `${schema.subject} refers to a subject that is not registered yet`)
    const isNew = (await this.latest(schema.subject)) === undefined
    await this.#http.ask(
      'POST',
      `${subjectPath(schema.subject)}/versions`,
      anything,
      body(schema, references),
    )
    if (!isNew) return
    const rule = { compatibility: schema.compatibility }
    await this.#http.ask('PUT', `/config/${encodeURIComponent(schema.subject)}`, anything, rule)
  }

  /** Deletes every version of a subject. The registry refuses if another subject references it. */
  async delete(subject: string): Promise<void> {
    await this.#http.ask('DELETE', subjectPath(subject), anything)
  }

  /**
   * The id for writing records with exactly this schema.
   * @throws RegistryError if it is not registered
   */
  async idOf(schema: Schema, catalog: readonly Schema[] = schemas): Promise<number> {
    const registered = await this.lookUp(schema, catalog)
    if (registered) return registered.id
    throw new RegistryError(
      404,
      `the registry does not have the catalog's schema '${schema.subject}'; register it with: playstream schemas apply`,
    )
  }

  /**
   * The Avro type of a schema id, with references resolved.
   * @throws PayloadError if the schema does not exist, is not Avro or cannot be parsed
   */
  async avroType(id: number): Promise<Type> {
    try {
      return (await this.#library.getSchema(id)) as Type
    } catch (error) {
      throw faultOf(id, error as Error)
    }
  }

  /**
   * Replaces the library's HTTP transport, which has no time-out, accepts any response as a schema and reports neither the
   * address nor the reason of a failure.
   */
  async #carry(request: { path(): string }): Promise<never> {
    const found = await this.#http.ask('GET', request.path(), asContent)
    const { schemaType = 'AVRO' } = found
    if (schemaType !== 'AVRO') throw new Error(`it is a ${oneLine(schemaType)} schema, not an Avro schema`)
    return { data: () => found } as never
  }

  /**
   * The versions of the referenced subjects that hold the catalog's own texts; undefined if one is not registered. Not the
   * latest versions: another client may have registered those, and we do not encode with them.
   */
  async #references(schema: Schema, catalog: readonly Schema[]): Promise<readonly Reference[] | undefined> {
    const found = await Promise.all(
      schema.references.map(async ({ name, subject }) => {
        const registered = await this.lookUp(schemaOf(subject, catalog), catalog)
        return registered && { name, subject, version: registered.version }
      }),
    )
    return found.every((reference) => reference !== undefined) ? found : undefined
  }
}

/** Classifies a failed schema request: the registry's own failure is kept, anything else is a fault of the record. */
function faultOf(id: number, error: Error): Error {
  if (error instanceof UnreachableError) return error
  if (error instanceof RegistryError) {
    if (error.code === undefined) return error
    if (error.code === 40403) return new PayloadError('UNKNOWN_SCHEMA', `the registry knows no schema ${id}`)
    // A 404 with another code: the schema exists, but a schema that it references was deleted.
    if (error.status !== 404) return error
  }
  return new PayloadError('INCOMPATIBLE_SCHEMA', `schema ${id} cannot be read: ${oneLine(error.message)}`, {
    cause: error,
  })
}

function subjectPath(subject: string): string {
  return `/subjects/${encodeURIComponent(subject)}`
}

function body(schema: Schema, references: readonly Reference[]) {
  // Compact, as other clients register it: some registries treat another layout as another schema.
  return { schemaType: schema.type, schema: JSON.stringify(JSON.parse(schema.text)), references }
}

/** Whether two schemas differ at most in layout and in the order of attributes. */
function saysTheSame(
  one: SchemaContent,
  other: { readonly schema: string; readonly references: readonly Reference[] },
): boolean {
  return (
    isDeepStrictEqual(JSON.parse(one.schema), JSON.parse(other.schema)) &&
    isDeepStrictEqual(one.references ?? [], other.references)
  )
}

const anything: Take<true> = () => true

const asTexts: Take<string[]> = (answer) =>
  Array.isArray(answer) && answer.every((one) => typeof one === 'string') ? answer : undefined

const asVersion: Take<RegisteredSchema> = (answer) => {
  const { id, version } = (answer ?? {}) as Partial<RegisteredSchema>
  return isCount(id) && isCount(version) ? { id, version } : undefined
}

const asContent: Take<SchemaContent> = (answer) => {
  const content = (answer ?? {}) as Partial<SchemaContent>
  return typeof content.schema === 'string' ? (content as SchemaContent) : undefined
}

const asVersionWithContent: Take<RegisteredSchema & SchemaContent> = (answer) => {
  const [version, content] = [asVersion(answer), asContent(answer)]
  return version && content ? { ...content, ...version } : undefined
}

const asVerdict: Take<{ isCompatible: boolean; messages: string[] }> = (answer) => {
  const { is_compatible: isCompatible, messages } = (answer ?? {}) as Record<string, unknown>
  if (typeof isCompatible !== 'boolean') return undefined
  return { isCompatible, messages: (asTexts(messages ?? []) ?? []).map(oneLine) }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_ID
}
