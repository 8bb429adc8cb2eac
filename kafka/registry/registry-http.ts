import pRetry from 'p-retry'
import { boundedJson, boundedText } from '../bounded-answer.ts'
import { RegistryError, UnreachableError } from '../errors.ts'
import { oneLine } from '../one-line.ts'
import { hint } from '../profile/hint.ts'
import type { Profile } from '../profile/profile.ts'

const PATIENCE_MS = 8_000
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'

/** Transient statuses, such as a gateway's while the registry restarts: retried after 200 ms and after 800 ms. */
const TRANSIENT = [429, 502, 503, 504]
const RETRIES = { retries: 2, minTimeout: 200, factor: 4 }

/** Error codes for a missing subject, version or schema. */
const NOT_FOUND = [40401, 40402, 40403]

/** Extracts the result from a response body; undefined if the body has the wrong shape. */
export type Take<T> = (answer: unknown) => T | undefined

/**
 * HTTP client of a schema registry. Throws UnreachableError or RegistryError, in one line that names the registry's
 * address. A request takes at most 8 s; with the two retries of transient statuses, at most 25 s.
 */
export class RegistryHttp {
  readonly #profile: Profile

  constructor(profile: Profile) {
    this.#profile = profile
  }

  async ask<T>(method: string, path: string, take: Take<T>, content?: unknown): Promise<T> {
    return pRetry(() => this.#askOnce(method, path, take, content), {
      ...RETRIES,
      shouldRetry: ({ error }) => error instanceof RegistryError && TRANSIENT.includes(error.status),
    })
  }

  /** Like `ask`, but undefined if the registry reports that the subject, version or schema does not exist. */
  async find<T>(method: string, path: string, take: Take<T>, content?: unknown): Promise<T | undefined> {
    try {
      return await this.ask(method, path, take, content)
    } catch (error) {
      if (error instanceof RegistryError && NOT_FOUND.includes(error.code ?? 0)) return undefined
      throw error
    }
  }

  async #askOnce<T>(method: string, path: string, take: Take<T>, content: unknown): Promise<T> {
    const { response, text } = await this.#send(method, path, content)
    const answer = boundedJson(text)
    const asked = `${method} ${path.split('?')[0]}`
    if (!response.ok) throw this.#refusal(response, asked, answer, text)
    const taken = takeFrom(answer, take)
    if (taken !== undefined) return taken
    const { url } = this.#profile.registry
    throw new RegistryError(
      response.status,
      `${url} does not answer ${asked} as a schema registry does: ${oneLine(text) || 'no content'}`,
    )
  }

  async #send(
    method: string,
    path: string,
    content: unknown,
  ): Promise<{ readonly response: Response; readonly text: string }> {
    const { url, credentials } = this.#profile.registry
    const headers: Record<string, string> = { accept: `${CONTENT_TYPE}, application/json` }
    if (content !== undefined) headers['content-type'] = CONTENT_TYPE
    if (credentials) {
      const pair = Buffer.from(`${credentials.key}:${credentials.secret.reveal()}`).toString('base64')
      headers.authorization = `Basic ${pair}`
    }
    try {
      const response = await fetch(url + path, {
        method,
        headers,
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      return { response, text: await boundedText(response) }
    } catch (error) {
      throw this.#unreachable(error as Error)
    }
  }

  #refusal(response: Response, asked: string, answer: unknown, text: string): RegistryError {
    const { status } = response
    const { url } = this.#profile.registry
    const { message, error_code: code } = (answer ?? {}) as { message?: unknown; error_code?: unknown }
    const isPage = /html/.test(response.headers.get('content-type') ?? '')
    const said = typeof message === 'string' ? message : isPage ? response.statusText : text
    const reason =
      status === 404 && code === undefined
        ? 'there is no schema registry; its address may lack a path'
        : oneLine(said) || response.statusText
    return new RegistryError(
      status,
      `the schema registry at ${url} answered ${status} to ${asked}: ${reason}`,
      typeof code === 'number' ? { code } : {},
    )
  }

  #unreachable(error: Error): UnreachableError {
    const { url } = this.#profile.registry
    const cause = error.cause instanceof Error ? error.cause : error
    const reason =
      cause.name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1000} s` : reasonOf(cause)
    return new UnreachableError(
      url,
      `no schema registry answers at ${url}: ${reason}${hint(this.#profile)}`,
      { cause: error },
    )
  }
}

function reasonOf(error: Error): string {
  return oneLine(error.message) || (error as NodeJS.ErrnoException).code || error.name
}

/** Takes the result; undefined if the answer has an unexpected shape. */
function takeFrom<T>(answer: unknown, take: Take<T>): T | undefined {
  try {
    return take(answer)
  } catch {
    return undefined
  }
}
