import { boundedJson, boundedText } from '../../kafka/bounded-answer.ts'
import { oneLine } from '../../kafka/one-line.ts'
import { parseExactly } from '../../kafka/registry/exact-json.ts'
import type { QueryEvent, QueryOptions } from '../apply/engine.ts'
import { EngineRefusal, EngineUnreachableError } from '../errors.ts'
import { type Connection, messageOf } from './connection.ts'

/** The longest row. Kafka's own limit for a record is by default a sixteenth of it. */
const MOST_LENGTH = 16 * 2 ** 20

interface Chunk {
  readonly header?: { readonly schema?: string }
  readonly row?: { readonly columns?: readonly unknown[] }
  readonly errorMessage?: { readonly message?: string } | string
  readonly finalMessage?: string
}

/**
 * Runs a SELECT and yields its results as they arrive, until the query ends or the signal is aborted. It uses /query,
 * which works over HTTP/1.1; /query-stream is documented for HTTP/2 only. Leaving the loop closes the connection, which
 * ends the query.
 * @throws EngineRefusal with the server's own message
 */
export async function* query(
  connection: Connection,
  sql: string,
  { signal, fromBeginning }: QueryOptions,
): AsyncGenerator<QueryEvent> {
  const closed = new AbortController()
  const either = AbortSignal.any([signal, closed.signal])
  const ksql = `${sql.trim().replace(/;$/, '')};`
  const streamsProperties = { 'ksql.streams.auto.offset.reset': fromBeginning ? 'earliest' : 'latest' }
  try {
    const response = await connection.open('POST', '/query', { ksql, streamsProperties }, either)
    if (!response.ok)
      throw new EngineRefusal(response.status, oneLine(messageOf(await boundedText(response))))
    for await (const line of lines(response)) {
      const event = eventOf(line)
      if (event) yield event
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    closed.abort()
  }
}

/** One chunk of the answer: a JSON array with one chunk per line, and empty lines as keep-alive. */
function eventOf(line: string): QueryEvent | undefined {
  // A chunk is an object, so a bracket or comma around it belongs to the array.
  const text = line
    .trim()
    .replace(/^\[/, '')
    .replace(/[,\]]$/, '')
  if (text === '') return undefined
  const chunk = boundedJson(text, parseExactly) as Chunk | undefined | null
  const columns = chunk?.row?.columns
  if (typeof chunk !== 'object' || chunk === null || (columns !== undefined && !Array.isArray(columns))) {
    throw new EngineUnreachableError(`the server does not answer a query as ksqlDB does: ${oneLine(text)}`)
  }
  if (chunk.errorMessage !== undefined) {
    const { errorMessage } = chunk
    throw new EngineRefusal(
      200,
      oneLine(typeof errorMessage === 'string' ? errorMessage : (errorMessage.message ?? '')),
    )
  }
  if (chunk.header) return { kind: 'columns', columns: columnsOf(chunk.header.schema ?? '') }
  return chunk.row ? { kind: 'row', values: chunk.row.columns ?? [] } : undefined
}

/** The column names in "`ID` STRING, `ITEMS` ARRAY<STRUCT<`SKU` STRING>>": the names outside of all brackets. */
function columnsOf(schema: string): string[] {
  const names: string[] = []
  let depth = 0
  for (const [token] of schema.matchAll(/`(?:[^`]|``)*`|[<>(),]/g)) {
    if (token === '<' || token === '(') depth += 1
    else if (token === '>' || token === ')') depth -= 1
    else if (token.startsWith('`') && depth === 0) names.push(token.slice(1, -1).replaceAll('``', '`'))
  }
  return names
}

async function* lines(response: Response): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes, { stream: true })
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > MOST_LENGTH)
      throw new EngineUnreachableError('the server answers a query with a row that does not end')
    yield* parts
  }
  yield rest
}
