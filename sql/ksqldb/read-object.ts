import { ScriptError } from '../errors.ts'
import { type Columns, hashOf, type SqlObject } from '../scripts/object.ts'
import { type Token, tokens } from '../scripts/token.ts'
import type { Statement } from '../statement.ts'

/** The prefix of every object's name: it tells our objects from others on the same server. */
export const PREFIX = 'PLAYSTREAM_'

/**
 * The object that a ksqlDB statement creates. Accepts only statements that an applier can compare and repeat: streams
 * and tables, and queries that insert, each with its own name.
 * @throws ScriptError that names the file and line
 */
export function readObject(statement: Statement, before: readonly SqlObject[]): SqlObject {
  const all = tokens(statement.file, statement.text).filter(({ kind }) => kind !== 'space' && kind !== 'end')
  const head = all.slice(0, 4).map(upper)
  const object =
    head[0] === 'CREATE' && (head[1] === 'STREAM' || head[1] === 'TABLE')
      ? readSource(statement, all, head[1] === 'STREAM' ? 'stream' : 'table', before)
      : head[0] === 'INSERT' && head[1] === 'INTO'
        ? readInsert(statement, all)
        : undefined
  if (!object) {
    throw new ScriptError(
      statement,
      `'${head.slice(0, 3).join(' ')} …' is not CREATE STREAM, CREATE TABLE or INSERT INTO … SELECT; IF NOT EXISTS and OR REPLACE ` +
        'are left to the applier',
    )
  }
  const earlier = before.find(({ name }) => name === object.name)
  if (earlier) {
    throw new ScriptError(
      statement,
      `${object.name} is created twice, first at ${earlier.statement.file}:${earlier.statement.line}`,
    )
  }
  const unknown = object.reads
    .concat(object.writes)
    .find((name) => name !== object.name && !has(before, name))
  if (unknown)
    throw new ScriptError(statement, `${object.name} needs ${unknown}, which no earlier statement creates`)
  return object
}

function readSource(
  statement: Statement,
  all: readonly Token[],
  kind: 'stream' | 'table',
  before: readonly SqlObject[],
): SqlObject {
  const name = nameOf(statement, all[2])
  const as = all.findIndex((token, at) => upper(token) === 'AS' && upper(all[at + 1]) === 'SELECT')
  const runsQuery = as >= 0
  const topic = stringOf(all.slice(0, runsQuery ? as : all.length), 'KAFKA_TOPIC')
  if (topic === undefined)
    throw new ScriptError(
      statement,
      `${name} names no KAFKA_TOPIC: ksqlDB would create a topic that is not in the catalog`,
    )
  const reads = runsQuery ? readsOf(all.slice(as)) : []
  // If a topic is read under a second name, the objects that fill it come first.
  const filledBy = runsQuery ? [] : before.filter((one) => one.runsQuery && one.topic === topic)
  return {
    name,
    kind,
    statement,
    hash: hashOf(statement.text),
    runsQuery,
    reads,
    writes: name,
    topic,
    dependsOn: [...reads, ...filledBy.map((one) => one.name)],
    columns: columnsOf(all, runsQuery),
  }
}

function readInsert(statement: Statement, all: readonly Token[]): SqlObject {
  const writes = nameOf(statement, all[2])
  const select = all.findIndex((token) => upper(token) === 'SELECT')
  if (select < 0) throw new ScriptError(statement, `INSERT INTO ${writes} has no SELECT`)
  const id = stringOf(all.slice(0, select), 'QUERY_ID')
  if (id === undefined || !/^[A-Z_][A-Z0-9_]*$/.test(id)) {
    throw new ScriptError(
      statement,
      `INSERT INTO ${writes} needs WITH (QUERY_ID='NAME'), in capitals: a second one without would double its rows`,
    )
  }
  const reads = readsOf(all.slice(select))
  return {
    name: id,
    kind: 'insert',
    statement,
    hash: hashOf(statement.text),
    runsQuery: true,
    reads,
    writes,
    topic: undefined,
    dependsOn: [...reads, writes],
    columns: undefined,
  }
}

function nameOf(statement: Statement, token: Token | undefined): string {
  const name = token?.text ?? ''
  if (token?.kind === 'word' && /^[A-Z0-9_]+$/.test(name) && name.startsWith(PREFIX)) return name
  throw new ScriptError(
    statement,
    `'${name}' must be a plain name in capitals that begins with ${PREFIX}, without IF NOT EXISTS or OR REPLACE before it`,
  )
}

/** The names after FROM and JOIN; CASE, WINDOW and functions contain no FROM in ksqlDB. */
function readsOf(all: readonly Token[]): string[] {
  const found = all.filter((_, at) => ['FROM', 'JOIN'].includes(upper(all[at - 1]))).map(upper)
  return [...new Set(found)]
}

/** The text of `NAME='text'`. */
function stringOf(all: readonly Token[], name: string): string | undefined {
  const at = all.findIndex((token, index) => upper(token) === name && all[index + 1]?.text === '=')
  const value = at < 0 ? undefined : all[at + 2]
  return value?.kind === 'string' ? value.text.slice(1, -1).replaceAll("''", "'") : undefined
}

/** The columns to which more can be added in place. ksqlDB accepts added columns; for aggregates this is not known. */
function columnsOf(all: readonly Token[], runsQuery: boolean): Columns | undefined {
  if (all.some((token) => upper(token) === 'GROUP')) return undefined
  const isOpening = (token: Token, at: number) =>
    runsQuery ? upper(token) === 'SELECT' : at === 3 && token.text === '('
  const start = all.findIndex(isOpening) + 1
  if (start === 0) return undefined
  const list: string[] = []
  let column: string[] = []
  let depth = 0
  let end = start
  for (; end < all.length; end += 1) {
    const token = all[end] as Token
    if (depth === 0 && (runsQuery ? upper(token) === 'FROM' : token.text === ')')) break
    if (token.text === '(' || token.text === '<') depth += 1
    if (token.text === ')' || token.text === '>') depth -= all[end - 1]?.text === '-' ? 0 : 1
    if (token.text === ',' && depth === 0) {
      list.push(column.join(' '))
      column = []
    } else column.push(token.text)
  }
  list.push(column.join(' '))
  const rest = [...all.slice(0, start), ...all.slice(end)].map(({ text }) => text).join(' ')
  return { list, rest }
}

function has(objects: readonly SqlObject[], name: string): boolean {
  return objects.some((object) => object.name === name)
}

function upper(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : ''
}
