// The stand-in's own SQL parser: it shares no code with the applier's, so that both cannot have the same mistake.

/** A refusal in the form of the server's answer. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Character by character, like a lexer, so that strings, quoted names and comments may contain anything. */
export function statementsOf(ksql: string): string[] {
  const found: string[] = []
  let text = ''
  for (let at = 0; at < ksql.length; at += 1) {
    const char = ksql[at] as string
    if (char === "'" || char === '`' || char === '"') {
      const end = ksql.indexOf(char, at + 1)
      if (end < 0) throw new Refusal(400, `line 1:${at + 1}: token recognition error at: '${char}'`)
      text += ksql.slice(at, end + 1)
      at = end
    } else if (ksql.startsWith('--', at)) {
      const end = ksql.indexOf('\n', at)
      at = end < 0 ? ksql.length : end
    } else if (ksql.startsWith('/*', at)) {
      at = ksql.indexOf('*/', at) + 1
    } else if (char === ';') {
      found.push(text.trim())
      text = ''
    } else text += char
  }
  if (text.trim() !== '') throw new Refusal(400, `line 1:${ksql.length}: missing ';' at '<EOF>'`)
  return found
}

export type Parsed =
  | { readonly kind: 'show'; readonly what: string }
  | {
      readonly kind: 'create'
      readonly type: 'stream' | 'table'
      readonly name: string
      readonly orReplace: boolean
      readonly ifNotExists: boolean
      readonly properties: Readonly<Record<string, string>>
      readonly columns: string | undefined
      readonly select: string | undefined
      readonly text: string
    }
  | {
      readonly kind: 'insert'
      readonly into: string
      readonly queryId: string | undefined
      readonly select: string
    }
  | { readonly kind: 'terminate'; readonly id: string }
  | {
      readonly kind: 'drop'
      readonly type: 'stream' | 'table'
      readonly name: string
      readonly ifExists: boolean
      readonly deleteTopic: boolean
    }

const CREATE =
  /^CREATE\s+(?<replace>OR\s+REPLACE\s+)?(?<type>STREAM|TABLE)\s+(?<unless>IF\s+NOT\s+EXISTS\s+)?(?<name>\w+)\s*(?<columns>\([\s\S]*?\)\s*(?=WITH))?(?:WITH\s*\((?<with>(?:[^()']|'(?:[^']|'')*')*)\))?\s*(?:AS\s+(?<select>SELECT[\s\S]+))?$/i
const INSERT =
  /^INSERT\s+INTO\s+(?<into>\w+)\s*(?:WITH\s*\(\s*QUERY_ID\s*=\s*'(?<id>[^']*)'\s*\))?\s*(?<select>SELECT[\s\S]+)$/i
const DROP =
  /^DROP\s+(?<type>STREAM|TABLE)\s+(?<maybe>IF\s+EXISTS\s+)?(?<name>\w+)(?<topic>\s+DELETE\s+TOPIC)?$/i

export function parse(text: string): Parsed {
  const bare = text.replace(/'(?:[^']|'')*'/g, "''")
  if (/\$\{/.test(bare))
    throw new Refusal(400, `line 1:${bare.indexOf('${') + 1}: extraneous input '$' expecting …`)
  const show = /^(?:SHOW|LIST)\s+(STREAMS|TABLES|QUERIES|PROPERTIES)$/i.exec(text)
  if (show) return { kind: 'show', what: (show[1] as string).toUpperCase() }
  const terminate = /^TERMINATE\s+(\w+)$/i.exec(text)
  if (terminate) return { kind: 'terminate', id: terminate[1] as string }
  const create = CREATE.exec(text)?.groups
  if (create) {
    return {
      kind: 'create',
      type: (create.type as string).toLowerCase() as 'stream' | 'table',
      name: (create.name as string).toUpperCase(),
      orReplace: create.replace !== undefined,
      ifNotExists: create.unless !== undefined,
      properties: propertiesOf(create.with ?? ''),
      columns: create.columns?.replace(/\s+/g, ' '),
      select: create.select,
      text,
    }
  }
  const insert = INSERT.exec(text)?.groups
  if (insert)
    return {
      kind: 'insert',
      into: insert.into as string,
      queryId: insert.id,
      select: insert.select as string,
    }
  const drop = DROP.exec(text)?.groups
  if (drop) {
    const type = (drop.type as string).toLowerCase() as 'stream' | 'table'
    return {
      kind: 'drop',
      type,
      name: drop.name as string,
      ifExists: !!drop.maybe,
      deleteTopic: !!drop.topic,
    }
  }
  throw new Refusal(
    400,
    `line 1:1: mismatched input '${text.split(/\s/)[0]}' expecting {'CREATE', 'DROP', 'INSERT', …}`,
  )
}

const KNOWN = new Set([
  'KAFKA_TOPIC',
  'PARTITIONS',
  'REPLICAS',
  'RETENTION_MS',
  'KEY_FORMAT',
  'VALUE_FORMAT',
  'TIMESTAMP',
])

function propertiesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(/(\w+)\s*=\s*('(?:[^']|'')*'|\w+)/g)) {
    const property = (name as string).toUpperCase()
    if (!KNOWN.has(property))
      throw new Refusal(400, `Invalid config variable(s) in the WITH clause: ${property}`)
    found[property] = (value as string).replace(/^'|'$/g, '')
  }
  return found
}

export function sourcesOf(select: string): string[] {
  return [...select.matchAll(/\b(?:FROM|JOIN)\s+(\w+)/gi)].map(([, name]) => (name as string).toUpperCase())
}
