import { becomesTrue } from '../../kafka/becomes-true.ts'
import { oneLine } from '../../kafka/one-line.ts'
import type { Engine, Present, QueryEvent, QueryOptions } from '../apply/engine.ts'
import { EngineRefusal, EngineUnreachableError, StoppedError } from '../errors.ts'
import type { SqlObject } from '../scripts/object.ts'
import { type CommandStatus, type Entity, isUnderWay } from './answer.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { query } from './query.ts'
import { PREFIX } from './read-object.ts'
import { BEARS_NO_TIME, grantedSettings, type QuerySettings } from './settings.ts'

export interface KsqlDbOptions extends ConnectionOptions {
  /** How often to poll for completion. */
  readonly pollMs?: number
  /** How long a statement, or the end of a query, may take. */
  readonly patienceMs?: number
}

/** The name of a query of CREATE … AS SELECT: its kind, its sink, a number. */
const OWN_QUERY = /^C[ST]AS_(?<sink>.+)_\d+$/

/** ksqlDB behind its REST API. */
export class KsqlDb implements Engine {
  readonly id: string
  readonly #connection: Connection
  readonly #options: KsqlDbOptions
  /** Sent with every statement that starts a query; undefined until the server has accepted them. */
  #settings: QuerySettings | undefined

  private constructor(id: string, connection: Connection, options: KsqlDbOptions) {
    this.id = id
    this.#connection = connection
    this.#options = options
  }

  /** @throws EngineUnreachableError that names the address */
  static async connect(options: KsqlDbOptions): Promise<KsqlDb> {
    const connection = new Connection(options)
    const info = (await connection.ask('GET', '/info').catch((error) => {
      if (!(error instanceof EngineRefusal)) throw error
      throw new EngineUnreachableError(
        `${options.url} is not a ksqlDB server: it answers ${error.status} to /info`,
      )
    })) as { KsqlServerInfo?: { ksqlServiceId?: string } }
    if (!info.KsqlServerInfo)
      throw new EngineUnreachableError(`${options.url} is not a ksqlDB server: see its /info`)
    return new KsqlDb(`ksqldb/${info.KsqlServerInfo.ksqlServiceId ?? 'default_'}`, connection, options)
  }

  get url(): string {
    return this.#connection.url
  }

  async requireGuarantees(): Promise<void> {
    this.#settings = await grantedSettings(async (overrides) => {
      const [answer] = await this.#run('SHOW PROPERTIES;', overrides)
      return new Map((answer?.properties ?? []).map(({ name, value }) => [name, value ?? '']))
    }, this.#connection.url)
  }

  async present(signal?: AbortSignal): Promise<ReadonlyMap<string, Present>> {
    await this.#settle(signal)
    const answers = await this.#run('SHOW STREAMS; SHOW TABLES; SHOW QUERIES;')
    const queries = answers.flatMap((answer) => answer.queries ?? [])
    const sourceOf = ({ name }: { readonly name: string }, kind: 'stream' | 'table'): Present => {
      const own = queries.filter(({ id }) => OWN_QUERY.exec(id)?.groups?.sink === name)
      return { name, kind, queries: own.map(({ id }) => id), health: own[0]?.state }
    }
    const sources = answers.flatMap(({ streams = [], tables = [] }) => [
      ...streams.map((source) => sourceOf(source, 'stream')),
      ...tables.map((source) => sourceOf(source, 'table')),
    ])
    const inserts = queries
      .filter(({ id }) => !OWN_QUERY.test(id))
      .map(({ id, state }): Present => ({ name: id, kind: 'insert', queries: [id], health: state }))
    const ours = [...sources, ...inserts].filter(({ name }) => name.startsWith(PREFIX))
    return new Map(ours.map((one) => [one.name, one]))
  }

  async make(object: SqlObject, how: 'create' | 'grow'): Promise<readonly string[]> {
    if (object.runsQuery && this.#settings === undefined) await this.requireGuarantees()
    const { text } = object.statement
    const statement = how === 'grow' ? text.replace(/^CREATE\b/i, 'CREATE OR REPLACE') : text
    if (!object.runsQuery || Object.keys(this.#settings ?? {}).length === 0)
      return this.#carryOut(statement, this.#settings)
    try {
      return await this.#carryOut(statement, { ...this.#settings, ...BEARS_NO_TIME })
    } catch (error) {
      if (!(error instanceof EngineRefusal) || error.isRepeat) throw error
      // Either the statement is wrong or the setting is refused: a request without the setting tells which.
      return this.#carryOut(statement, this.#settings)
    }
  }

  async end(queries: readonly string[]): Promise<void> {
    for (const id of queries) {
      await this.#carryOut(`TERMINATE ${id};`).catch((error) => {
        // The first try was executed, although its answer said that the server was busy.
        if (!(error instanceof EngineRefusal && error.isRepeat)) throw error
      })
    }
    await this.#until(
      async () => {
        const [answer] = await this.#run('SHOW QUERIES;')
        return !(answer?.queries ?? []).some(({ id }) => queries.includes(id))
      },
      `${queries.join(', ')} to end`,
    )
  }

  async drop({ name, kind }: Present): Promise<void> {
    await this.#carryOut(`DROP ${kind.toUpperCase()} IF EXISTS ${name};`)
  }

  query(sql: string, options: QueryOptions): AsyncIterable<QueryEvent> {
    return query(this.#connection, sql, options)
  }

  /** Sends a statement that changes something, and waits until the server has executed it. Returns its warnings. */
  async #carryOut(statement: string, settings?: QuerySettings): Promise<readonly string[]> {
    const answers = await this.#run(statement, settings)
    for (const { commandId, commandStatus } of answers) {
      if (commandId === undefined || !commandStatus) continue
      let status: CommandStatus = commandStatus
      await this.#until(async () => {
        if (isUnderWay(status)) status = await this.#statusOf(commandId)
        return !isUnderWay(status)
      }, `${commandId} to be carried out`)
      if (status.status === 'ERROR') throw new EngineRefusal(200, oneLine(status.message ?? 'it failed'))
    }
    return answers.flatMap(({ warnings = [] }) =>
      warnings.map((warning) => oneLine(typeof warning === 'string' ? warning : warning.message)),
    )
  }

  async #statusOf(commandId: string): Promise<CommandStatus> {
    const path = commandId.split('/').map(encodeURIComponent).join('/')
    return (await this.#connection.ask('GET', `/status/${path}`)) as CommandStatus
  }

  /** Waits for statements that others have sent, so that an object in progress does not count as missing. */
  async #settle(signal?: AbortSignal): Promise<void> {
    await this.#until(async () => {
      if (signal?.aborted) throw new StoppedError('stopped before the first step; apply again to begin')
      const { commandStatuses = {} } = (await this.#connection.ask('GET', '/status')) as {
        commandStatuses?: Readonly<Record<string, CommandStatus['status']>>
      }
      return !Object.entries(commandStatuses).some(
        ([id, status]) => id.includes(PREFIX) && isUnderWay({ status }),
      )
    }, 'earlier statements to be executed')
  }

  async #until(isDone: () => Promise<boolean>, what: string): Promise<void> {
    const { pollMs = 200, patienceMs = 120_000 } = this.#options
    if (await becomesTrue(isDone, { everyMs: pollMs, patienceMs })) return
    throw new EngineUnreachableError(
      `ksqlDB at ${this.#connection.url} has not finished within ${patienceMs / 1000} s: waited for ${what}; look at its log, ` +
        'then apply again',
    )
  }

  async #run(ksql: string, streamsProperties: QuerySettings = {}): Promise<readonly Entity[]> {
    return (await this.#connection.ask('POST', '/ksql', { ksql, streamsProperties })) as readonly Entity[]
  }
}
