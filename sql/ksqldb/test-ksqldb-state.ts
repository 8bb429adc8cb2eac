import { type Parsed, Refusal, sourcesOf } from './test-ksqldb-statements.ts'

export interface Source {
  readonly type: 'stream' | 'table'
  readonly topic: string
  readonly parsed: Parsed & { kind: 'create' }
}

export interface Query {
  readonly sink: string
  readonly sources: readonly string[]
  readonly settings: Readonly<Record<string, string>>
  /** Polls left until it is gone, once it is being ended. */
  ending?: number
}

/** The state of a ksqlDB server: sources and queries, with its own rules for creating and dropping them. */
export class StandInState {
  readonly topics: Set<string>
  readonly sources = new Map<string, Source>()
  readonly queries = new Map<string, Query>()
  /** What queries have written to each topic: one entry for each start of a query from the beginning. */
  readonly written = new Map<string, string[]>()
  readonly #slowness: number
  readonly #hasAllTopics: boolean
  #numbers = 0

  constructor(topics: readonly string[] | 'all', slowness: number) {
    this.topics = new Set(topics === 'all' ? [] : topics)
    this.#hasAllTopics = topics === 'all'
    this.#slowness = slowness
  }

  validate(parsed: Parsed): void {
    if (parsed.kind === 'create') this.#validateCreate(parsed)
    if (parsed.kind === 'insert') {
      for (const name of [parsed.into, ...sourcesOf(parsed.select)]) this.requireSource(name)
      if (parsed.queryId !== undefined && this.queries.has(parsed.queryId))
        throw new Refusal(400, `Query ID '${parsed.queryId}' already exists.`)
    }
    if (parsed.kind === 'terminate' && !this.queries.has(parsed.id))
      throw new Refusal(400, `Unknown queryId: ${parsed.id}`)
    if (parsed.kind === 'drop') this.#validateDrop(parsed)
  }

  #validateCreate(parsed: Parsed & { kind: 'create' }): void {
    const { name, type, properties, select, orReplace, ifNotExists } = parsed
    const topic = properties.KAFKA_TOPIC ?? name
    const isWindowed = /\bWINDOW\b/i.test(select ?? '')
    const before = this.sources.get(name)
    if (before && !orReplace && !ifNotExists)
      throw new Refusal(
        400,
        `Cannot add ${type} '${name}': A ${before.type} with the same name already exists`,
      )
    if (before && orReplace) requireUpgradable(before.parsed, parsed)
    const isThere = this.#hasAllTopics || this.topics.has(topic)
    if (select === undefined && !isThere && properties.PARTITIONS === undefined) {
      throw new Refusal(
        400,
        `Topic '${topic}' does not exist. If you want to create a new topic for the stream/table please re-run the statement providing the required 'PARTITIONS' configuration in the WITH clause`,
      )
    }
    if (type === 'table' && !isWindowed && properties.RETENTION_MS !== undefined)
      throw new Refusal(
        400,
        'Invalid config variable in the WITH clause: RETENTION_MS. Non-windowed tables do not support retention.',
      )
    if (select === undefined) return
    for (const source of sourcesOf(select)) this.requireSource(source)
    this.#validateSelect(type, select, isWindowed)
  }

  /**
   * Statements that a server refuses although their parts are right, each seen on 8.2.3 or in the tests of its sources.
   */
  #validateSelect(type: 'stream' | 'table', select: string, isWindowed: boolean): void {
    const sources = sourcesOf(select).map((name) => ({ name, ...(this.sources.get(name) as Source) }))
    const work = /\bJOIN\b/i.test(select) ? 'JOIN' : /\bGROUP\s+BY\b/i.test(select) ? 'GROUP BY' : undefined
    const inKafka = sources.filter(({ parsed }) => formatOf(parsed) === 'KAFKA').map(({ name }) => name)
    if (work !== undefined && inKafka.length > 0)
      throw new Refusal(
        400,
        `Source(s) ${inKafka.join(', ')} are using the 'KAFKA' value format. This format does not yet support ${work}.`,
      )
    if (work === 'JOIN' && sources[0]?.type === 'table' && sources[1]?.type === 'stream')
      throw new Refusal(
        400,
        'Invalid join order: table-stream joins are not supported; only stream-table joins.',
      )
    const isTable = work === 'GROUP BY' || sources.every(({ type: one }) => one === 'table')
    if (isTable !== (type === 'table'))
      throw new Refusal(
        400,
        `Invalid result type. Your SELECT query produces a ${isTable ? 'TABLE' : 'STREAM'}. Please use CREATE ${isTable ? 'TABLE' : 'STREAM'} AS SELECT statement instead.`,
      )
    const windowed = sources.some(({ parsed }) => /\bWINDOW\s+\w+\s*\(/i.test(parsed.select ?? ''))
    if (windowed && /\b(?:PARTITION|GROUP)\s+BY\b/i.test(select))
      throw new Refusal(400, 'Implicit repartitioning of windowed sources is not supported.')
    if (isWindowed && work !== 'GROUP BY') throw new Refusal(400, 'WINDOW clause requires a GROUP BY clause.')
  }

  /** A pull query reads the state of a table's own query; a table that only names a topic has none. */
  requireLookup(select: string): void {
    for (const name of sourcesOf(select)) {
      this.requireSource(name)
      const source = this.sources.get(name) as Source
      if (source.type === 'table' && source.parsed.select === undefined)
        throw new Refusal(
          400,
          `The \`${name}\` table isn't queryable. To derive a queryable table, you can do 'CREATE TABLE QUERYABLE_${name} AS SELECT * FROM ${name}'.`,
        )
    }
  }

  #validateDrop({ name, type, ifExists }: Parsed & { kind: 'drop' }): void {
    const source = this.sources.get(name)
    if (!source) {
      if (ifExists) return
      throw new Refusal(400, `${name} does not exist.`)
    }
    if (source.type !== type)
      throw new Refusal(400, `Incompatible data source type is ${source.type.toUpperCase()}`)
    const own = (id: string) => new RegExp(`^C[ST]AS_${name}_\\d+$`).test(id)
    const readers = [...this.queries].filter(([, query]) => query.sources.includes(name)).map(([id]) => id)
    const writers = [...this.queries].filter(([id, { sink }]) => sink === name && !own(id)).map(([id]) => id)
    if (readers.length + writers.length > 0) {
      throw new Refusal(
        400,
        `Cannot drop ${name}.\nThe following queries read from this source: [${readers.join(', ')}].\nThe following queries write into this source: [${writers.join(', ')}].\nYou need to terminate them before dropping ${name}.`,
      )
    }
  }

  requireSource(name: string): void {
    if (!this.sources.has(name)) throw new Refusal(400, `${name} does not exist.`)
  }

  execute(parsed: Parsed, settings: Record<string, string>): void {
    switch (parsed.kind) {
      case 'create': {
        const topic = parsed.properties.KAFKA_TOPIC ?? parsed.name
        const isUpgrade = this.sources.has(parsed.name)
        this.topics.add(topic)
        this.sources.set(parsed.name, { type: parsed.type, topic, parsed })
        if (parsed.select === undefined || isUpgrade) return
        this.#numbers += 1
        const id = `C${parsed.type === 'stream' ? 'S' : 'T'}AS_${parsed.name}_${this.#numbers}`
        this.#startQuery(id, { sink: parsed.name, sources: sourcesOf(parsed.select), settings }, topic)
        return
      }
      case 'insert': {
        this.#numbers += 1
        const id = parsed.queryId ?? `INSERTQUERY_${this.#numbers}`
        const topic = this.sources.get(parsed.into)?.topic ?? ''
        this.#startQuery(id, { sink: parsed.into, sources: sourcesOf(parsed.select), settings }, topic)
        return
      }
      case 'terminate': {
        const query = this.queries.get(parsed.id)
        if (query) query.ending = this.#slowness
        if (this.#slowness === 0) this.queries.delete(parsed.id)
        return
      }
      case 'drop': {
        const source = this.sources.get(parsed.name)
        this.sources.delete(parsed.name)
        for (const [id, { sink }] of this.queries) if (sink === parsed.name) this.queries.delete(id)
        if (parsed.deleteTopic && source) this.removeTopic(source.topic)
        return
      }
    }
  }

  /** Queries start at the earliest offset, so all output is written, again where it was written before. */
  #startQuery(id: string, query: Query, topic: string): void {
    this.queries.set(id, query)
    const who = id.replace(/_\d+$/, '')
    this.written.set(topic, [...(this.written.get(topic) ?? []), who])
  }

  removeTopic(topic: string): void {
    this.topics.delete(topic)
    this.written.delete(topic)
  }
}

function formatOf({ properties }: Parsed & { kind: 'create' }): string | undefined {
  return properties.VALUE_FORMAT?.toUpperCase()
}

/** An added column is accepted; a dropped column or any other change is refused. */
function requireUpgradable(from: Parsed & { kind: 'create' }, to: Parsed & { kind: 'create' }): void {
  const listOf = ({ columns, select }: Parsed & { kind: 'create' }) =>
    (columns?.slice(1, -1) ?? select?.replace(/^SELECT\s/i, '').split(/\bFROM\b/i)[0] ?? '')
      .trim()
      .replace(/\s+/g, ' ')
  const tailOf = ({ select = '' }: Parsed & { kind: 'create' }) =>
    select
      .split(/\bFROM\b/i)
      .slice(1)
      .join('FROM')
      .trim()
  const isSame = listOf(from) === listOf(to)
  if (
    tailOf(from) !== tailOf(to) ||
    !(
      isSame ||
      listOf(to)
        .replace(/\s*\)$/, '')
        .startsWith(listOf(from).replace(/\s*\)$/, ''))
    )
  )
    throw new Refusal(
      400,
      `Cannot upgrade data source: DataSource '\`${to.name}\`' has schema changes that are not supported`,
    )
}
