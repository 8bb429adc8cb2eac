import { boundedJson, boundedText } from '../../kafka/bounded-answer.ts'
import { oneLine } from '../../kafka/one-line.ts'
import { parseExactly } from '../../kafka/registry/exact-json.ts'
import { whyNoAnswer } from '../apply/no-answer.ts'
import { EngineRefusal, EngineUnreachableError } from '../errors.ts'
import { rootCause } from './failure.ts'

export interface ConnectionOptions {
  /** Without a slash at the end. */
  readonly url: string
  /** The name of the API, for messages. */
  readonly name: string
  /** Where the address comes from, for a user who has to correct it. */
  readonly hint: string
  readonly timeoutMs?: number
}

/** Talks to one of Flink's two REST APIs, the SQL gateway's and its own: both report errors in the same form. */
export class Connection {
  readonly #options: ConnectionOptions

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  get url(): string {
    return this.#options.url
  }

  /**
   * The answer's JSON.
   * @throws EngineRefusal with the cause that Flink names
   * @throws EngineUnreachableError if nothing answers, or something other than Flink
   */
  async ask<T>(method: string, path: string, content?: unknown, signal?: AbortSignal): Promise<T> {
    const { url, name, hint, timeoutMs = 20_000 } = this.#options
    const timeout = AbortSignal.timeout(timeoutMs)
    let text: string
    let response: Response
    try {
      response = await fetch(url + path, {
        method,
        redirect: 'error',
        ...(content === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
      text = await boundedText(response)
    } catch (error) {
      if (signal?.aborted) throw error
      const reason = whyNoAnswer(error as Error, timeoutMs)
      throw new EngineUnreachableError(`no ${name} answers at ${url}: ${reason}; ${hint}`, { cause: error })
    }
    // Rows are shown to the user, so their numbers keep all digits.
    const answer = boundedJson(text, path.includes('/result/') ? parseExactly : JSON.parse)
    if (typeof answer !== 'object' || answer === null)
      throw new EngineUnreachableError(
        `the server at ${url} is not the ${name}: ${oneLine(text) || response.status}; ${hint}`,
      )
    if (response.ok) return answer as T
    const { errors } = answer as { errors?: unknown }
    throw new EngineRefusal(
      response.status,
      oneLine(rootCause(Array.isArray(errors) ? errors.join('\n') : '')) || `HTTP ${response.status}`,
    )
  }
}
