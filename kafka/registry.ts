import { isDeepStrictEqual } from 'node:util'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import type { Type } from 'avsc'
import { type Schema, schemaOf, schemas } from '../catalog/schemas.ts'
import { avroOptions } from './avro-type.ts'
import { PayloadError, RegistryError, UnreachableError } from './errors.ts'
import { oneLine } from './one-line.ts'
import type { Profile } from './profile.ts'
import { RegistryHttp, type Take } from './registry-http.ts'

/** The largest number that the wire format has room for. */
const MAX_ID = 2 ** 31 - 1

/** One version of a subject, as the registry tells it. */
export interface RegisteredSchema {
  readonly id: number
  readonly version: number
}

interface Reference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

/** A schema as the registry tells it. */
interface SchemaContent {
  readonly schema: string
  readonly schemaType?: string
  readonly references?: readonly Reference[]
}

/** A Confluent-compatible schema registry. Every method throws UnreachableError or RegistryError, in one line. */
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

  /** The latest version of a subject; undefined where there is none. */
  async latest(subject: string): Promise<RegisteredSchema | undefined> {
    return this.#http.find('GET', `${subjectPath(subject)}/versions/latest`, asVersion)
  }

  /**
   * The version of the subject that is this very schema and refers to those that are the catalog's, however many others
   * have been registered since; undefined where it was never registered.
   */
  async lookUp(schema: Schema, catalog: readonly Schema[] = schemas): Promise<RegisteredSchema | undefined> {
    const references = await this.#references(schema, catalog)
    if (!references) return undefined
    const path = subjectPath(schema.subject)
    const content = body(schema, references)
    const found = await this.#http.find('POST', path, asVersion, content)
    if (found) return found
    // Apicurio compares texts byte by byte unless told otherwise. It is then too lenient, so we compare what they say, and
    // it fails where a version is of another kind, which ours is not.
    const similar = await this.#http
      .find('POST', `${path}?normalize=true`, asVersionWithContent, content)
      .catch((error) => {
        if (error instanceof RegistryError) return undefined
        throw error
      })
    return similar && saysTheSame(similar, content) ? similar : undefined
  }

  /**
   * The registry's verdict on a schema without references as its subject's next version: undefined where it is
   * compatible, else what stands against it, as far as the registry says.
   */
  async objections(schema: Schema): Promise<readonly string[] | undefined> {
    if (!(await this.latest(schema.subject))) return undefined
    const path = `/compatibility${subjectPath(schema.subject)}/versions/latest?verbose=true`
    const verdict = await this.#http.ask('POST', path, asVerdict, body(schema, []))
    return verdict.isCompatible ? undefined : verdict.messages
  }

  /**
   * Registers the schema as the subject's next version, referring to the versions that are the catalog's; a new subject
   * also gets its compatibility rule. Not by the library, which refuses a union for having no name.
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

  /** Deletes every version of a subject. A subject that others refer to is refused by the registry. */
  async delete(subject: string): Promise<void> {
    await this.#http.ask('DELETE', subjectPath(subject), anything)
  }

  /**
   * The id to write records of this very schema with.
   * @throws RegistryError where it is not registered
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
   * The Avro type of a schema id, its references resolved.
   * @throws PayloadError where there is no such schema, or none that a value of ours can be written with
   */
  async avroType(id: number): Promise<Type> {
    try {
      return (await this.#library.getSchema(id)) as Type
    } catch (error) {
      throw faultOf(id, error as Error)
    }
  }

  /**
   * Stands in for the library's own way of sending a request, which waits for ever, takes any answer for a schema and
   * says of what fails neither where nor why.
   */
  async #carry(request: { path(): string }): Promise<never> {
    const found = await this.#http.ask('GET', request.path(), asContent)
    const { schemaType = 'AVRO' } = found
    if (schemaType !== 'AVRO') throw new Error(`it is a ${oneLine(schemaType)} schema, and none of Avro`)
    return { data: () => found } as never
  }

  /**
   * The versions that hold the catalog's own texts of what the schema refers to; undefined where one is not registered.
   * Never simply the latest ones: another client may have registered them, and we do not encode with them.
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

/** Whose fault it is that a schema cannot be had: a registry's that fails, else that of the records that name it. */
function faultOf(id: number, error: Error): Error {
  if (error instanceof UnreachableError) return error
  if (error instanceof RegistryError) {
    if (error.code === undefined) return error
    if (error.code === 40403) return new PayloadError('UNKNOWN_SCHEMA', `the registry knows no schema ${id}`)
    // The schema is there, and what it refers to was deleted.
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
  // Compact, as other clients register it: some registries take another layout for another schema.
  return { schemaType: schema.type, schema: JSON.stringify(JSON.parse(schema.text)), references }
}

/** Whether two schemas are the same but for their layout and the order of their attributes. */
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
