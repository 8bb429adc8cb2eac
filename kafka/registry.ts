import { isDeepStrictEqual } from 'node:util'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import type { Type } from 'avsc'
import { type Schema, schemaOf, schemas } from '../catalog/schemas.ts'
import { avroOptions } from './avro-type.ts'
import { RegistryError, UnreachableError } from './errors.ts'
import type { Profile } from './profile.ts'
import { hint } from './reachable.ts'

const PATIENCE_MS = 8_000
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'

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

/** A Confluent-compatible schema registry. Every method throws UnreachableError or RegistryError, in one line. */
export class Registry {
  readonly #profile: Profile
  readonly #library: SchemaRegistry

  constructor(profile: Profile) {
    this.#profile = profile
    const { url, credentials } = profile.registry
    this.#library = new SchemaRegistry(
      {
        host: url,
        ...(credentials
          ? { auth: { username: credentials.key, password: credentials.secret.reveal() } }
          : {}),
      },
      { [SchemaType.AVRO]: avroOptions },
    )
  }

  async subjects(): Promise<string[]> {
    return (await this.#request('GET', '/subjects')) as string[]
  }

  /** The latest version of a subject; undefined where there is none. */
  async latest(subject: string): Promise<RegisteredSchema | undefined> {
    return (await this.#find('GET', `${subjectPath(subject)}/versions/latest`)) as
      | RegisteredSchema
      | undefined
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
    const found = (await this.#find('POST', path, content)) as RegisteredSchema | undefined
    if (found) return found
    // Apicurio compares texts byte by byte unless told otherwise, and is then too lenient: we compare what they say.
    const similar = (await this.#find('POST', `${path}?normalize=true`, content)) as
      | (RegisteredSchema & { schema: string; references?: readonly Reference[] })
      | undefined
    return similar && saysTheSame(similar, content) ? similar : undefined
  }

  /**
   * The registry's verdict on a schema without references as its subject's next version: undefined where it is
   * compatible, else what stands against it, as far as the registry says.
   */
  async objections(schema: Schema): Promise<readonly string[] | undefined> {
    if (!(await this.latest(schema.subject))) return undefined
    const path = `/compatibility${subjectPath(schema.subject)}/versions/latest?verbose=true`
    const answer = (await this.#request('POST', path, body(schema, []))) as {
      is_compatible: boolean
      messages?: string[]
    }
    return answer.is_compatible ? undefined : (answer.messages ?? [])
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
    await this.#request('POST', `${subjectPath(schema.subject)}/versions`, body(schema, references))
    if (!isNew) return
    const rule = { compatibility: schema.compatibility }
    await this.#request('PUT', `/config/${encodeURIComponent(schema.subject)}`, rule)
  }

  /** Deletes every version of a subject. A subject that others refer to is refused by the registry. */
  async delete(subject: string): Promise<void> {
    await this.#request('DELETE', subjectPath(subject))
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

  /** The Avro type of a schema id, its references resolved. */
  async avroType(id: number): Promise<Type> {
    try {
      return (await this.#library.getSchema(id)) as Type
    } catch (error) {
      throw this.#explain(error as Error, `cannot read schema ${id}`)
    }
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

  async #find(method: string, path: string, content?: unknown): Promise<unknown> {
    try {
      return await this.#request(method, path, content)
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404) return undefined
      throw error
    }
  }

  async #request(method: string, path: string, content?: unknown): Promise<unknown> {
    const { url, credentials } = this.#profile.registry
    const headers: Record<string, string> = { accept: `${CONTENT_TYPE}, application/json` }
    if (content !== undefined) headers['content-type'] = CONTENT_TYPE
    if (credentials) {
      const pair = Buffer.from(`${credentials.key}:${credentials.secret.reveal()}`).toString('base64')
      headers.authorization = `Basic ${pair}`
    }
    let response: Response
    let text: string
    try {
      response = await fetch(url + path, {
        method,
        headers,
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      text = await response.text()
    } catch (error) {
      throw this.#unreachable(error as Error)
    }
    const answer = parse(text)
    if (!response.ok) {
      const said = (answer as { message?: string } | undefined)?.message ?? text.slice(0, 200)
      throw new RegistryError(
        response.status,
        `the schema registry at ${url} answered ${response.status} to ${method} ${path.split('?')[0]}: ${said}`,
      )
    }
    if (answer === undefined)
      throw new RegistryError(response.status, `${url} does not answer as a schema registry does`)
    return answer
  }

  /** The library's errors carry an HTTP status, and for a connection that failed one of its own making. */
  #explain(error: Error & { status?: number }, what: string): Error {
    if (/ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|socket hang up/.test(error.message)) {
      return this.#unreachable(error)
    }
    return new RegistryError(error.status ?? 0, `${what}: ${error.message}`, { cause: error })
  }

  #unreachable(error: Error): UnreachableError {
    const { url } = this.#profile.registry
    const cause = error.cause instanceof Error ? error.cause : error
    const reason =
      cause.name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1000} s` : reasonOf(cause)
    return new UnreachableError(
      url,
      `no schema registry answers at ${url}: ${reason}${hint(this.#profile)}`,
      {
        cause: error,
      },
    )
  }
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
  one: { readonly schema: string; readonly references?: readonly Reference[] },
  other: { readonly schema: string; readonly references: readonly Reference[] },
): boolean {
  return (
    isDeepStrictEqual(JSON.parse(one.schema), JSON.parse(other.schema)) &&
    isDeepStrictEqual(one.references ?? [], other.references)
  )
}

function reasonOf(error: Error): string {
  return error.message || (error as NodeJS.ErrnoException).code || error.name
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
