import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { StandInState } from './test-ksqldb-state.ts'
import { type Parsed, parse, Refusal, sourcesOf, statementsOf } from './test-ksqldb-statements.ts'

export interface StandInOptions {
  /** The cluster's topics; with `all`, any topic exists. */
  readonly topics?: readonly string[] | 'all'
  /** The server's own configuration, by the names in Kafka Streams. */
  readonly properties?: Readonly<Record<string, string>>
  /** Settings that no request may override. */
  readonly denied?: readonly string[]
  /** How many polls a statement stays EXECUTING, and an ended query exists. */
  readonly slowness?: number
  /** The status for other credentials: 401 by default. */
  readonly credentials?: { readonly key: string; readonly secret: string; readonly status?: 401 | 403 }
  /** A certificate with its key as PKCS #12, to serve HTTPS. */
  readonly tls?: { readonly pfx: Buffer; readonly passphrase: string }
}

type Body = { readonly ksql?: string; readonly streamsProperties?: Record<string, string> }

const DEFAULTS = {
  'processing.guarantee': 'at_least_once',
  'cache.max.bytes.buffering': '10000000',
  'auto.offset.reset': 'latest',
}
const PREFIX = 'ksql.streams.'

/**
 * A stand-in for a ksqlDB server over real HTTP, as strict as FACTS and ksqlDB's documentation describe it. It runs no
 * query; it tracks which queries exist, what they read and write, and how they were started.
 */
export class StandIn extends StandInState {
  /** Every statement that changed something, in order. */
  readonly carriedOut: string[] = []
  /** The rows of a push query. */
  rows: readonly unknown[][] = []
  /** The rows of a pull query. */
  lookUp: (statement: string) => readonly unknown[][] = () => this.rows
  /** The warnings with an accepted statement. */
  warningsOf: (statement: string) => readonly string[] = () => []
  /** Called before a statement is executed; an error that it throws is the answer. */
  beforeStatement: (statement: string) => void = () => undefined
  /** Called after a statement was accepted; an error that it throws is the answer nevertheless. */
  afterStatement: (statement: string) => void = () => undefined
  #pause: { readonly name: string; readonly reached: () => void; readonly until: Promise<void> } | undefined
  readonly #options: StandInOptions
  readonly #commands = new Map<string, { status: string; left: number; run: () => void }>()
  readonly #server: Server
  #numbers = 0

  private constructor(options: StandInOptions) {
    super(options.topics ?? [], options.slowness ?? 0)
    this.#options = options
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response)
    this.#server = options.tls ? createTlsServer(options.tls, answer) : createServer(answer)
  }

  static async start(options: StandInOptions = {}): Promise<StandIn> {
    const standIn = new StandIn(options)
    standIn.#server.listen(0, '127.0.0.1')
    await once(standIn.#server, 'listening')
    return standIn
  }

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Withholds the next answer to a statement that creates this object, although the statement is executed. */
  pauseAt(name: string, reached: () => void, until: Promise<void>): void {
    this.#pause = { name, reached, until }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, content: unknown) => {
      response.writeHead(status, { 'content-type': 'application/vnd.ksql.v1+json' })
      response.end(JSON.stringify(content))
    }
    try {
      if (!this.#isAllowed(request)) throw new Refusal(this.#options.credentials?.status ?? 401, 'not you')
      const path = decodeURIComponent(request.url ?? '')
      if (request.method === 'GET') return send(200, this.#get(path))
      let text = ''
      for await (const chunk of request) text += chunk
      const body = JSON.parse(text) as Body
      if (path === '/query') return this.#stream(body, response)
      if (path !== '/ksql') throw new Refusal(404, 'Not Found')
      const answer = this.#ksql(body)
      const pause = this.#pause
      if (pause && new RegExp(`(?:STREAM|TABLE) ${pause.name}\\b`).test(body.ksql ?? '')) {
        this.#pause = undefined
        pause.reached()
        await pause.until
      }
      send(200, answer)
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500
      send(status, {
        '@type': 'statement_error',
        error_code: status * 100 + 1,
        message: (error as Error).message,
      })
    }
  }

  #isAllowed({ headers }: IncomingMessage): boolean {
    const { credentials } = this.#options
    if (!credentials) return true
    const pair = Buffer.from(`${credentials.key}:${credentials.secret}`).toString('base64')
    return headers.authorization === `Basic ${pair}`
  }

  #get(path: string): unknown {
    if (path === '/info')
      return { KsqlServerInfo: { version: '8.2.3', ksqlServiceId: 'default_', serverStatus: 'RUNNING' } }
    if (path === '/status') {
      for (const id of this.#commands.keys()) this.#advance(id)
      return {
        commandStatuses: Object.fromEntries([...this.#commands].map(([id, { status }]) => [id, status])),
      }
    }
    const id = path.startsWith('/status/') ? path.slice(8) : ''
    if (!this.#commands.has(id)) throw new Refusal(404, 'Command not found')
    this.#advance(id)
    return { status: this.#commands.get(id)?.status, message: '' }
  }

  #ksql({ ksql = '', streamsProperties = {} }: Body): unknown[] {
    for (const name of Object.keys(streamsProperties)) {
      if (this.#options.denied?.includes(name.replace(PREFIX, '')))
        throw new Refusal(400, `Cannot override property '${name}'`)
    }
    const statements = statementsOf(ksql)
    const all = statements.map((statement) => ({ statement, parsed: parse(statement) }))
    // A validation error applies nothing, so everything is validated first.
    for (const { parsed } of all) this.validate(parsed)
    return all.map(({ statement, parsed }) => this.#do(parsed, statement, streamsProperties))
  }

  #do(parsed: Parsed, statement: string, overrides: Record<string, string>): unknown {
    if (parsed.kind === 'show') return this.#show(parsed.what, overrides)
    if ([...this.#commands.values()].some(({ status }) => status === 'EXECUTING')) {
      throw new Refusal(500, `Could not write the statement '${statement}' into the command topic.`)
    }
    this.beforeStatement(statement)
    const id = this.#idOf(parsed)
    const warnings =
      parsed.kind === 'create' && parsed.ifNotExists && this.sources.has(parsed.name)
        ? [
            {
              message: `Cannot add ${parsed.type} \`${parsed.name}\`: A ${parsed.type} with the same name already exists.`,
            },
          ]
        : []
    const left = this.#options.slowness ?? 0
    const run = () => {
      this.carriedOut.push(statement)
      if (warnings.length === 0) this.execute(parsed, overrides)
    }
    this.#commands.set(id, { status: 'EXECUTING', left, run })
    if (left === 0) this.#advance(id)
    this.afterStatement(statement)
    return {
      '@type': 'currentStatus',
      statementText: `${statement};`,
      commandId: id,
      commandStatus: { status: this.#commands.get(id)?.status, message: '' },
      warnings: [...warnings, ...this.warningsOf(statement).map((message) => ({ message }))],
    }
  }

  /** A statement counts as executed after enough polls. */
  #advance(id: string): void {
    const command = this.#commands.get(id)
    if (command?.status !== 'EXECUTING') return
    command.left -= 1
    if (command.left > 0) return
    command.status = 'SUCCESS'
    command.run()
  }

  #show(what: string, overrides: Record<string, string>): unknown {
    if (what === 'PROPERTIES') {
      const own = { ...DEFAULTS, ...this.#options.properties }
      const merged = new Map(Object.entries(own).map(([name, value]) => [PREFIX + name, value]))
      for (const [name, value] of Object.entries(overrides))
        merged.set(name.startsWith(PREFIX) ? name : PREFIX + name, value)
      return {
        '@type': 'properties',
        properties: [...merged].map(([name, value]) => ({ name, scope: 'KSQL', value })),
      }
    }
    if (what === 'QUERIES') {
      const queries = [...this.queries].map(([id, { sink }]) => ({
        id,
        sinks: [sink],
        queryType: 'PERSISTENT',
        state: 'RUNNING',
      }))
      for (const [id, query] of this.queries) {
        if (query.ending === undefined) continue
        query.ending -= 1
        if (query.ending <= 0) this.queries.delete(id)
      }
      return { '@type': 'queries', queries }
    }
    const type = what === 'STREAMS' ? 'stream' : 'table'
    const found = [...this.sources].filter(([, source]) => source.type === type)
    return {
      '@type': what.toLowerCase(),
      [what.toLowerCase()]: found.map(([name, { topic }]) => ({ name, topic, type: type.toUpperCase() })),
    }
  }

  #idOf(parsed: Parsed): string {
    switch (parsed.kind) {
      case 'create':
        return `${parsed.type}/\`${parsed.name}\`/create`
      case 'insert':
        this.#numbers += 1
        return `stream/\`${parsed.into}\`/insert-${this.#numbers}`
      case 'terminate':
        return `terminate/${parsed.id}/execute`
      case 'drop':
        return `${parsed.type}/\`${parsed.name}\`/drop`
      case 'show':
        return ''
    }
  }

  /** A push query: its rows, and then silence until the client disconnects. */
  #stream({ ksql = '' }: Body, response: ServerResponse): void {
    const [statement = ''] = statementsOf(ksql)
    const [source = ''] = sourcesOf(statement)
    if (!/^SELECT\b/i.test(statement))
      throw new Refusal(400, 'The following statement types should be issued to the websocket endpoint …')
    this.requireSource(source)
    if (!/\bEMIT\s+CHANGES\b/i.test(statement)) this.requireLookup(statement)
    response.writeHead(200, { 'content-type': 'application/vnd.ksql.v1+json' })
    response.write(
      `[${JSON.stringify({ header: { queryId: 'transient_1', schema: '`ID` STRING, `N` BIGINT' } })},\n`,
    )
    const isPull = !/\bEMIT\s+CHANGES\b/i.test(statement)
    for (const row of isPull ? this.lookUp(statement) : this.rows)
      response.write(`\n${JSON.stringify({ row: { columns: row } })},\n`)
    if (/\bEMIT\s+CHANGES\b/i.test(statement)) return
    response.end('{"finalMessage":"Query Completed"}]\n')
  }
}
