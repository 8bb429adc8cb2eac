import type { FlinkAccess } from '../../kafka/profile/flink-access.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import type { Engine, MakeOptions, Present, QueryEvent, QueryOptions } from '../apply/engine.ts'
import { EngineRefusal, EngineUnreachableError } from '../errors.ts'
import type { SqlObject } from '../scripts/object.ts'
import type { Statement } from '../statement.ts'
import { withCluster } from './cluster-options.ts'
import { Connection } from './connection.ts'
import { requireCheckpoints } from './guarantees.ts'
import { Jobs, jobIdOf } from './jobs.ts'
import { query } from './query.ts'
import { type Declaration, PREFIX } from './read-jobs.ts'
import { Session } from './session.ts'

export interface FlinkOptions {
  readonly access: FlinkAccess
  /** The cluster that its tables are on. */
  readonly profile: Profile
  /** The tables and views that queries may use. */
  readonly declarations: readonly Declaration[]
}

/** Apache Flink behind its SQL gateway. Its objects are jobs; tables are declared again in each session. */
export class Flink implements Engine {
  readonly id = 'flink'
  readonly #gateway: Connection
  readonly #jobs: Jobs
  readonly #options: FlinkOptions
  readonly #settings: ReadonlyMap<string, string>

  private constructor(
    gateway: Connection,
    jobs: Jobs,
    options: FlinkOptions,
    settings: ReadonlyMap<string, string>,
  ) {
    this.#gateway = gateway
    this.#jobs = jobs
    this.#options = options
    this.#settings = settings
  }

  /** @throws EngineUnreachableError that names the address */
  static async connect(options: FlinkOptions): Promise<Flink> {
    const { url, restUrl, hint } = options.access
    const gateway = new Connection({ url, name: 'SQL gateway of Flink', hint })
    const session = await Session.open(gateway).catch((error) => {
      if (!(error instanceof EngineRefusal)) throw error
      throw new EngineUnreachableError(`${url} is not an SQL gateway of Flink: ${error.message}; ${hint}`)
    })
    const settings = await session.settings().finally(() => session.close())
    const found = `http://${settings.get('rest.address') ?? 'localhost'}:${settings.get('rest.port') ?? 8081}`
    const rest = new Connection({
      url: restUrl ?? found,
      name: 'REST API of Flink',
      hint: 'the SQL gateway says that it is there; if not, say where with PLAYSTREAM_<PROFILE>_FLINK_REST_URL',
    })
    return new Flink(gateway, new Jobs(rest), options, settings)
  }

  get url(): string {
    return this.#gateway.url
  }

  async requireGuarantees(): Promise<void> {
    requireCheckpoints(this.#settings, this.#gateway.url)
  }

  async present(): Promise<ReadonlyMap<string, Present>> {
    const ours = (await this.#jobs.list()).filter(({ name }) => name.startsWith(PREFIX))
    return new Map(
      ours.map(({ jid, name, state }) => [name, { name, kind: 'insert', queries: [jid], health: state }]),
    )
  }

  async check(object: SqlObject): Promise<void> {
    await this.#inSession(async (session) => {
      for (const statement of sessionOf(object)) {
        const { text } = statement
        if (/^(?:BEGIN|END)\b/i.test(text)) continue
        await this.#send(session, statement, /^INSERT\b/i.test(text) ? `EXPLAIN ${text}` : text)
      }
    })
  }

  async make(object: SqlObject, _how: 'create' | 'grow', { savepoint }: MakeOptions = {}): Promise<string[]> {
    const id = await this.#inSession(async (session) => {
      await session.run(`SET '$internal.pipeline.job-id' = '${jobIdOf(object.name)}'`)
      if (savepoint !== undefined)
        await session.run(`SET 'execution.state-recovery.path' = '${savepoint.replaceAll("'", "''")}'`)
      let job: string | undefined
      for (const statement of sessionOf(object)) job = (await this.#send(session, statement)) ?? job
      return job
    })
    if (id === undefined) throw new EngineRefusal(200, 'Flink accepted the statements and started no job')
    await this.#jobs.runs(id)
    return []
  }

  async end(queries: readonly string[]): Promise<void> {
    for (const id of queries) await this.#jobs.cancel(id)
  }

  suspend(id: string): Promise<string> {
    return this.#jobs.stop(id)
  }

  async drop(): Promise<void> {
    // There are only jobs, and these have been ended.
  }

  async *query(sql: string, options: QueryOptions): AsyncGenerator<QueryEvent> {
    const session = await Session.open(this.#gateway)
    try {
      const { declarations, profile } = this.#options
      for (const { statement } of declarations)
        await session.run(withCluster(forQuery(statement.text, options.fromBeginning), profile))
      yield* query(session, sql, options)
    } finally {
      await session.close()
    }
  }

  async #inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await Session.open(this.#gateway)
    return await work(session).finally(() => session.close())
  }

  /** @throws EngineRefusal that names the statement */
  async #send(session: Session, statement: Statement, text = statement.text): Promise<string | undefined> {
    try {
      return await session.run(withCluster(text, this.#options.profile))
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error
      throw new EngineRefusal(error.status, error.message, error.isRepeat, statement)
    }
  }
}

function sessionOf({ job, statement }: SqlObject): readonly Statement[] {
  return job?.session ?? [statement]
}

/** A table for a query, which ignores the job's position in the topic. */
function forQuery(declaration: string, fromBeginning: boolean): string {
  const from = fromBeginning ? 'earliest-offset' : 'latest-offset'
  return declaration
    .replace(/'scan\.startup\.mode' = '[^']*',\s*/, '')
    .replace("'connector' = 'kafka',", `'connector' = 'kafka', 'scan.startup.mode' = '${from}',`)
}
