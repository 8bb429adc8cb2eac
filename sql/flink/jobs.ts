import { createHash } from 'node:crypto'
import { becomesTrue } from '../../kafka/becomes-true.ts'
import { oneLine } from '../../kafka/one-line.ts'
import { EngineRefusal, EngineUnreachableError } from '../errors.ts'
import type { Connection } from './connection.ts'
import { rootCause } from './failure.ts'

/** A job in Flink's list. */
export interface Job {
  readonly jid: string
  readonly name: string
  readonly state: string
}

const ENDED = new Set(['FINISHED', 'CANCELED', 'FAILED'])
const POLL_MS = 100
const PATIENCE_MS = 120_000

/**
 * A job's id, derived from its name: Flink refuses a second running job with the same id, so that two concurrent
 * applies cannot start the same job twice.
 */
export function jobIdOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32)
}

/** The jobs of a Flink cluster, behind its own REST API. */
export class Jobs {
  readonly #rest: Connection

  constructor(rest: Connection) {
    this.#rest = rest
  }

  /** Jobs that have not ended. */
  async list(): Promise<readonly Job[]> {
    const { jobs } = await this.#rest.ask<{ jobs: readonly Job[] }>('GET', '/jobs/overview')
    return jobs.filter(({ state }) => !ENDED.has(state))
  }

  /**
   * Returns when all tasks of a job run. A job that fails before that is cancelled: Flink would restart it forever.
   * @throws EngineRefusal with the cause of the failure
   */
  async runs(id: string): Promise<void> {
    await this.#until(`job ${id} to run`, async () => {
      const { state, vertices } = await this.#rest.ask<{
        state: string
        vertices: readonly { status: string }[]
      }>('GET', `/jobs/${id}`)
      const { exceptionHistory } = await this.#rest.ask<{
        exceptionHistory?: { entries?: readonly { stacktrace?: string }[] }
      }>('GET', `/jobs/${id}/exceptions?maxExceptions=1`)
      const trace = exceptionHistory?.entries?.[0]?.stacktrace
      if (trace !== undefined || ENDED.has(state)) {
        if (!ENDED.has(state)) await this.cancel(id)
        throw new EngineRefusal(200, `the job does not run: ${oneLine(rootCause(trace ?? `it is ${state}`))}`)
      }
      return state === 'RUNNING' && vertices.every(({ status }) => status === 'RUNNING')
    })
  }

  /**
   * Ends a job without keeping its state, and returns when it is gone; a job that has ended already is not an error.
   */
  async cancel(id: string): Promise<void> {
    await this.#until(`job ${id} to end`, async () => {
      const job = (await this.list()).find(({ jid }) => jid === id)
      if (!job) return true
      if (job.state !== 'CANCELLING') {
        await this.#rest.ask('PATCH', `/jobs/${id}?mode=cancel`).catch((error) => {
          if (!(error instanceof EngineRefusal)) throw error
        })
      }
      return false
    })
  }

  /**
   * Ends a job with a savepoint, and returns the savepoint's location.
   * @throws EngineRefusal with the reason why there is none
   */
  async stop(id: string): Promise<string> {
    const trigger = await this.#rest.ask<{ 'request-id': string }>('POST', `/jobs/${id}/stop`, {
      drain: false,
    })
    let location: string | undefined
    await this.#until(`the savepoint of job ${id}`, async () => {
      const { operation } = await this.#rest.ask<{
        operation?: { location?: string; 'failure-cause'?: { 'stack-trace'?: string } }
      }>('GET', `/jobs/${id}/savepoints/${trigger['request-id']}`)
      const failure = operation?.['failure-cause']
      if (failure)
        throw new EngineRefusal(
          200,
          `there is no savepoint: ${oneLine(rootCause(failure['stack-trace'] ?? 'no cause is given'))}`,
        )
      location = operation?.location
      return location !== undefined
    })
    await this.#until(`job ${id} to end`, async () => !(await this.list()).some(({ jid }) => jid === id))
    return location as unknown as string
  }

  async #until(what: string, isDone: () => Promise<boolean>): Promise<void> {
    if (await becomesTrue(isDone, { everyMs: POLL_MS, patienceMs: PATIENCE_MS })) return
    throw new EngineUnreachableError(
      `Flink at ${this.#rest.url} has not finished within ${PATIENCE_MS / 1000} s: waited for ${what}; look at its page, then ` +
        'apply again',
    )
  }
}
