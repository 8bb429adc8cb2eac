import pRetry, { AbortError } from 'p-retry'
import { boundedJson, boundedText } from '../../kafka/bounded-answer.ts'
import { oneLine } from '../../kafka/one-line.ts'
import type { Credentials } from '../../kafka/profile/profile.ts'
import { whyNoAnswer } from '../apply/no-answer.ts'
import { EngineRefusal, EngineUnreachableError } from '../errors.ts'

export interface ConnectionOptions {
  /** Without a slash at the end. */
  readonly url: string
  readonly credentials?: Credentials
  /** Where the address or the credentials come from, for a user who has to correct them. */
  readonly hint?: string
  /** How long an answer may take. */
  readonly timeoutMs?: number
  /** The first delay before a retry; it doubles. */
  readonly retryMs?: number
}

export const MEDIA_TYPE = 'application/vnd.ksql.v1+json'

/** Transient statuses, of a gateway or of a server that starts. */
const PASSING = [429, 502, 503, 504]
const RETRIES = 7
/**
 * What ksqlDB answers with 500 while another client writes a statement. Each statement is one Kafka transaction on the
 * command topic, always with the same transactional id: the later one fences the earlier one, whose message then
 * depends on where it was (DistributingExecutor.java in confluentinc/ksql). First ksqlDB's own message, then those of
 * Kafka's producer: fenced, an old epoch, a concurrent transaction, an initialization that timed out, a producer in its
 * error state.
 */
const BUSY =
  /could not write the statement|\btransactional ?id\b|transactional method|\btransaction\b|\b(?:old|invalid) (?:producer )?epoch\b|producer.*fenced|fenced.*producer/i

/**
 * Talks to a ksqlDB server over HTTP or HTTPS, with basic authentication if there are credentials. Transient failures
 * are retried for some seconds, or longer as `retryMs` says.
 */
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
   * @throws EngineRefusal with the server's own message
   * @throws EngineUnreachableError if there is no ksqlDB, or it does not accept the credentials
   */
  async ask(method: 'GET' | 'POST', path: string, content?: unknown): Promise<unknown> {
    return pRetry((attempt) => this.#askOnce(method, path, content, attempt > 1), {
      retries: RETRIES,
      minTimeout: this.#options.retryMs ?? 250,
      shouldRetry: ({ error }) => error instanceof EngineRefusal,
    })
  }

  async #askOnce(
    method: 'GET' | 'POST',
    path: string,
    content: unknown,
    isRepeat: boolean,
  ): Promise<unknown> {
    const response = await this.open(method, path, content)
    const text = await boundedText(response).catch((error: Error) => {
      throw this.#unreachable(error)
    })
    if (response.ok) return this.#parse(text, path)
    const said = messageOf(text) || response.statusText
    const refusal = new EngineRefusal(response.status, oneLine(said), isRepeat)
    throw isPassing(response.status, said) ? refusal : new AbortError(refusal)
  }

  /**
   * The answer with its body unread, whatever its status.
   * @throws EngineUnreachableError
   */
  async open(
    method: 'GET' | 'POST',
    path: string,
    content?: unknown,
    signal?: AbortSignal,
  ): Promise<Response> {
    const { url, credentials } = this.#options
    const headers: Record<string, string> = { accept: MEDIA_TYPE }
    if (content !== undefined) headers['content-type'] = MEDIA_TYPE
    if (credentials) {
      const pair = Buffer.from(`${credentials.key}:${credentials.secret.reveal()}`).toString('base64')
      headers.authorization = `Basic ${pair}`
    }
    // A query runs until its signal is aborted; only its first answer has the time limit of other requests.
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(new DOMException('late', 'TimeoutError')), this.#timeoutMs)
    let response: Response
    try {
      response = await fetch(url + path, {
        method,
        headers,
        redirect: 'error',
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
        signal: signal ? AbortSignal.any([signal, late.signal]) : AbortSignal.timeout(this.#timeoutMs),
      })
    } catch (error) {
      if (signal?.aborted) throw error
      throw this.#unreachable(error as Error)
    } finally {
      clearTimeout(timer)
    }
    if (response.status === 401 || response.status === 403) throw this.#unauthorized(response.status)
    return response
  }

  #parse(text: string, path: string): unknown {
    const answer = boundedJson(text)
    if (typeof answer === 'object' && answer !== null) return answer
    throw new EngineUnreachableError(
      `${this.url} does not answer ${path} as ksqlDB does: ${oneLine(text) || 'nothing'}${this.#hint}`,
    )
  }

  #unauthorized(status: number): EngineUnreachableError {
    const what = this.#options.credentials
      ? `refuses the key ${this.#options.credentials.key}`
      : 'requires credentials'
    return new EngineUnreachableError(`ksqlDB at ${this.url} ${what} (${status})${this.#hint}`)
  }

  #unreachable(error: Error): EngineUnreachableError {
    const reason = whyNoAnswer(error, this.#timeoutMs)
    return new EngineUnreachableError(`no ksqlDB server answers at ${this.url}: ${reason}${this.#hint}`, {
      cause: error,
    })
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? 20_000
  }

  get #hint(): string {
    return this.#options.hint === undefined ? '' : `; ${this.#options.hint}`
  }
}

function isPassing(status: number, message: string): boolean {
  return PASSING.includes(status) || (status === 500 && BUSY.test(message))
}

/** An error's message: of a JSON body, or else the whole text. */
export function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? message : text
  } catch {
    return text
  }
}
