import { ScriptError } from '../errors.ts'
import { hashOf, type SqlObject } from '../scripts/object.ts'
import { type Token, tokens } from '../scripts/token.ts'
import type { Statement } from '../statement.ts'

/** The prefix of every job's name: it tells our jobs from others on the same Flink. */
export const PREFIX = 'playstream-'

/** A table, view or function, which exists as long as the session that created it. */
export interface Declaration {
  readonly name: string
  readonly statement: Statement
  /** The Kafka topic behind a table; undefined for a view. */
  readonly topic: string | undefined
  /** The tables and views that it needs. */
  readonly reads: readonly string[]
}

/** One INSERT of a job. */
export interface Insert {
  readonly job: string
  readonly statement: Statement
  readonly into: string
  readonly reads: readonly string[]
}

/** The content of a folder of Flink scripts. */
export interface FlinkScripts {
  readonly declarations: readonly Declaration[]
  readonly inserts: readonly Insert[]
  /** The jobs to apply: one for each INSERT, or for all between BEGIN STATEMENT SET and END. */
  readonly jobs: readonly SqlObject[]
}

/**
 * Reads the statements of all scripts together: CREATE TABLE, VIEW and FUNCTION declare; SET applies to the next job,
 * and 'pipeline.name' gives the job's name.
 * @throws ScriptError that names the file and line
 */
export function readJobs(statements: readonly Statement[]): FlinkScripts {
  const declarations: Declaration[] = []
  const inserts: Insert[] = []
  const jobs: SqlObject[] = []
  let settings: Statement[] = []
  let set: Statement[] | undefined
  const finish = (all: readonly Statement[]) => {
    const job = jobOf(all, settings, declarations, jobs)
    const earlier = jobs.find(({ name }) => name === job.object.name)
    if (earlier)
      throw new ScriptError(
        job.object.statement,
        `${job.object.name} is defined twice, first at ${earlier.statement.file}:${earlier.statement.line}`,
      )
    jobs.push(job.object)
    inserts.push(...job.inserts)
    settings = []
    set = undefined
  }
  for (const statement of statements) {
    const words = wordsOf(statement)
    switch (words[0]?.toUpperCase()) {
      case 'CREATE':
        declarations.push(declarationOf(statement, words, declarations))
        break
      case 'SET':
        settings.push(statement)
        break
      case 'BEGIN':
        set = [statement]
        break
      case 'INSERT':
        if (set) set.push(statement)
        else finish([statement])
        break
      case 'END':
        if (!set) throw new ScriptError(statement, 'END without BEGIN STATEMENT SET')
        finish([...set, statement])
        break
      default:
        throw new ScriptError(
          statement,
          `'${words.slice(0, 3).join(' ')} …' is not CREATE TABLE, CREATE VIEW, CREATE FUNCTION, SET, INSERT, BEGIN STATEMENT SET or END`,
        )
    }
  }
  const open = set?.[0]
  if (open) throw new ScriptError(open, 'the statement set that begins here has no END')
  const loose = settings[0]
  if (loose) throw new ScriptError(loose, 'this setting comes after the last job and has no effect')
  return { declarations, inserts, jobs }
}

function declarationOf(
  statement: Statement,
  words: readonly string[],
  before: readonly Declaration[],
): Declaration {
  const [, kind = '', name = ''] = words
  if (!/^(?:TABLE|VIEW|FUNCTION)$/i.test(kind))
    throw new ScriptError(
      statement,
      `CREATE ${kind} …: only CREATE TABLE, CREATE VIEW and CREATE FUNCTION are accepted`,
    )
  const isTable = kind.toUpperCase() === 'TABLE'
  const topic = isTable ? optionOf(statement.text, 'topic') : undefined
  if (isTable && topic === undefined)
    throw new ScriptError(statement, `the table ${name} names no 'topic' of the catalog`)
  if (before.some((one) => one.name === name)) throw new ScriptError(statement, `${name} is declared twice`)
  return { name, statement, topic, reads: namedIn(words.slice(3), before) }
}

function jobOf(
  all: readonly Statement[],
  settings: readonly Statement[],
  declarations: readonly Declaration[],
  before: readonly SqlObject[],
): { object: SqlObject; inserts: Insert[] } {
  const own = all.filter((statement) => /^INSERT\b/i.test(statement.text))
  const first = own[0]
  if (!first) throw new ScriptError(all[0] as Statement, 'this statement set has no INSERT')
  const name = settings.flatMap(({ text }) => /'pipeline\.name'\s*=\s*'([^']*)'/.exec(text)?.[1] ?? []).at(-1)
  if (name === undefined || !/^[a-z0-9-]+$/.test(name) || !name.startsWith(PREFIX)) {
    throw new ScriptError(
      first,
      `this job needs a name: SET 'pipeline.name' = '${PREFIX}…'; before it, in lower-case letters, digits and dashes`,
    )
  }
  const inserts = own.map((statement): Insert => {
    const [, , into = '', ...rest] = wordsOf(statement)
    if (!declarations.some((one) => one.name === into && one.topic !== undefined))
      throw new ScriptError(statement, `INSERT INTO ${into}: no earlier CREATE TABLE creates that table`)
    return { job: name, statement, into, reads: namedIn(rest, declarations) }
  })
  const needed = closure(
    inserts.flatMap(({ into, reads }) => [into, ...reads]),
    declarations,
  )
  const fills = new Set(inserts.map(({ into }) => into))
  const topicsOf = (are: readonly Declaration[]) => [...new Set(are.flatMap(({ topic }) => topic ?? []))]
  const readsTopics = topicsOf(needed.filter((one) => !fills.has(one.name)))
  // A job that reads another job's topic is replaced together with it: the topic it has read so far is deleted then.
  const filledBy = before.filter(({ job }) => job?.fillsTopics.some((topic) => readsTopics.includes(topic)))
  const session = [...needed.map(({ statement }) => statement), ...settings, ...all]
  return {
    inserts,
    object: {
      name,
      kind: 'insert',
      statement: first,
      hash: hashOf(session.map(({ text }) => text).join('\n')),
      runsQuery: true,
      reads: [],
      writes: name,
      topic: undefined,
      dependsOn: filledBy.map((one) => one.name),
      columns: undefined,
      job: {
        session,
        readsTopics,
        fillsTopics: topicsOf(needed.filter((one) => fills.has(one.name))),
      },
    },
  }
}

/** The declarations of these names and everything they need, in order. */
function closure(names: readonly string[], declarations: readonly Declaration[]): Declaration[] {
  const needed = new Set(names)
  for (const { name, reads } of declarations.toReversed())
    if (needed.has(name)) for (const other of reads) needed.add(other)
  return declarations.filter(({ name }) => needed.has(name))
}

/**
 * The earlier declarations whose names are among these words. A column of the same name matches too, which only adds an
 * unneeded declaration.
 */
function namedIn(words: readonly string[], declarations: readonly Declaration[]): string[] {
  const found = new Set(words)
  return declarations.filter(({ name }) => found.has(name)).map(({ name }) => name)
}

/** A statement's words and quoted names, without the quotes. */
function wordsOf({ file, text }: Statement): string[] {
  return tokens(file, text)
    .filter(({ kind }) => kind === 'word' || kind === 'name')
    .map(({ kind, text: word }: Token) => (kind === 'name' ? word.slice(1, -1).replaceAll('``', '`') : word))
}

function optionOf(text: string, name: string): string | undefined {
  return new RegExp(`'${name}'\\s*=\\s*'([^']*)'`).exec(text)?.[1]
}
