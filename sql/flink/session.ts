import { setTimeout as sleep } from 'node:timers/promises'
import { EngineUnreachableError } from '../errors.ts'
import type { Connection } from './connection.ts'

/** One page of a statement's result. */
interface Answer {
  readonly resultType: 'NOT_READY' | 'PAYLOAD' | 'EOS'
  readonly isQueryResult?: boolean
  readonly jobID?: string
  readonly results?: {
    readonly columns: readonly { readonly name: string }[]
    readonly data: readonly { readonly kind: string; readonly fields: readonly unknown[] }[]
  }
  readonly nextResultUri?: string
}

/** A part of a statement's result. */
export interface Part {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly kind: string; readonly fields: readonly unknown[] }[]
  readonly jobId: string | undefined
}

const POLL_MS = 50

/** How long a changing statement may take, or a query until its first result. */
const PATIENCE_MS = 120_000

/**
 * A session of Flink's SQL gateway. Its declarations end with it; the jobs that it started continue. The API:
 * https://nightlies.apache.org/flink/flink-docs-release-2.2/docs/dev/table/sql-gateway/rest/
 */
export class Session {
  readonly #gateway: Connection
  readonly #path: string

  private constructor(gateway: Connection, handle: string) {
    this.#gateway = gateway
    this.#path = `/v2/sessions/${handle}`
  }

  static async open(gateway: Connection): Promise<Session> {
    const { sessionHandle } = await gateway.ask<{ sessionHandle: string }>('POST', '/v2/sessions', {
      sessionName: 'playstream',
    })
    return new Session(gateway, sessionHandle)
  }

  /** The session's initial settings: the gateway's, which are Flink's. */
  async settings(): Promise<ReadonlyMap<string, string>> {
    const { properties } = await this.#gateway.ask<{ properties: Record<string, string> }>('GET', this.#path)
    return new Map(Object.entries(properties))
  }

  /**
   * Runs a statement to its end, and returns the id of the job that it started, if it started one.
   * @throws EngineRefusal with the cause that Flink names
   */
  async run(statement: string): Promise<string | undefined> {
    let job: string | undefined
    const late = AbortSignal.timeout(PATIENCE_MS)
    for await (const { jobId } of this.stream(statement)) {
      job = jobId ?? job
      if (late.aborted) throw this.#late()
    }
    return job
  }

  /** Runs a statement and yields its result as it arrives. Leaving the loop ends the statement. */
  async *stream(statement: string, signal?: AbortSignal): AsyncGenerator<Part> {
    const { operationHandle } = await this.#gateway.ask<{ operationHandle: string }>(
      'POST',
      `${this.#path}/statements`,
      { statement },
    )
    const operation = `${this.#path}/operations/${operationHandle}`
    let next: string | undefined = `${operation}/result/0?rowFormat=JSON`
    let ready = false
    const late = AbortSignal.timeout(PATIENCE_MS)
    try {
      while (next !== undefined && !signal?.aborted) {
        const answer: Answer = await this.#gateway.ask('GET', next, undefined, signal)
        const { results, resultType, jobID } = answer
        if (resultType === 'NOT_READY' && !ready && late.aborted) throw this.#late()
        if (resultType !== 'NOT_READY') {
          ready = true
          next = this.#pathOf(answer.nextResultUri)
          yield {
            columns: results?.columns.map(({ name }) => name) ?? [],
            rows: results?.data ?? [],
            jobId: jobID,
          }
        }
        if (next !== undefined && resultType !== 'EOS' && (results?.data.length ?? 0) === 0)
          await sleep(POLL_MS)
      }
    } finally {
      await this.#gateway.ask('DELETE', `${operation}/close`).catch(() => undefined)
    }
  }

  /** Only a path may be appended to the gateway's address: anything else could lead elsewhere. */
  #pathOf(uri: string | undefined): string | undefined {
    if (uri === undefined || uri === null || uri.startsWith('/')) return uri ?? undefined
    throw new EngineUnreachableError(
      `the server at ${this.#gateway.url} is not an SQL gateway: its next page is '${uri}'`,
    )
  }

  #late(): EngineUnreachableError {
    return new EngineUnreachableError(
      `Flink at ${this.#gateway.url} has not finished a statement within ${PATIENCE_MS / 1000} s; look at its log, then try again`,
    )
  }

  async close(): Promise<void> {
    await this.#gateway.ask('DELETE', this.#path).catch(() => undefined)
  }
}
