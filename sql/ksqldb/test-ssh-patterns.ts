import { ENGINES } from '../engines.ts'

// Evaluates the patterns of the SSH scripts without a server. Their regular expressions are Java's, limited to what
// means the same in JavaScript.

export interface Found {
  readonly kind: string
  readonly user: string | undefined
  readonly address: string | undefined
}

const statements = new Map(
  ENGINES.ksqldb.objects('sliding').map(({ name, statement }) => [name, statement.text]),
)

/** The scripts' result for a message of sshd; undefined if they do not take it for an attack. */
export function attackOf(raw: string): Found | undefined {
  const attacks = statements.get('PLAYSTREAM_SSH_ATTACKS') as string
  const filter = /AND REGEXP_EXTRACT\('((?:[^']|'')*)', MESSAGE\)/.exec(attacks)?.[1]
  if (!regexp(filter as string).test(raw)) return undefined
  const repeated = /'((?:[^']|'')*\.[*]\)\.[$])', MESSAGE, 1\)/.exec(attacks)?.[1]
  const strip = /END, '((?:[^']|'')*)', ''\) AS MESSAGE/.exec(attacks)?.[1]
  const said = regexp(repeated as string).exec(raw)?.[1] ?? raw
  const message = said.replace(new RegExp(regexp(strip as string), 'g'), '')
  const enriched = statements.get('PLAYSTREAM_SSH_ENRICHED') as string
  const mapped = /END, '((?:[^']|'')*)', ''\) AS ADDRESS/.exec(enriched)?.[1]
  const [, kinds, users, addresses] = enriched.split(/\bCASE\b/) as [string, string, string, string]
  return {
    kind: choose(kinds, message) as string,
    user: choose(users, message),
    address: choose(addresses, message)?.replace(regexp(mapped as string), ''),
  }
}

const VALUE = /(?:REGEXP_EXTRACT\('(?<pattern>(?:[^']|'')*)', MESSAGE, (?<group>\d)\)|'(?<literal>[^']*)')/
const BRANCH = new RegExp(
  `WHEN REGEXP_EXTRACT\\('(?<when>(?:[^']|'')*)', MESSAGE\\) IS NOT NULL\\s+THEN ${VALUE.source}|ELSE ${VALUE.source.replaceAll('?<', '?<else_')}`,
  'g',
)

/** The value of a CASE: its first branch whose condition is true. */
function choose(text: string, message: string): string | undefined {
  for (const { groups = {} } of text.split(/\bEND\b/)[0]?.matchAll(BRANCH) ?? []) {
    if (groups.when !== undefined && !regexp(groups.when).test(message)) continue
    const literal = groups.literal ?? groups.else_literal
    if (literal !== undefined) return literal
    const pattern = groups.pattern ?? groups.else_pattern
    return regexp(pattern as string).exec(message)?.[Number(groups.group ?? groups.else_group)]
  }
  return undefined
}

/** @throws if the pattern contains what Java reads differently: a backslash, or a bracket within brackets */
function regexp(sql: string): RegExp {
  if (/\\|\[\^?\]|\[[^\]]*\[/.test(sql)) throw new Error(`Java would read ${sql} otherwise`)
  return new RegExp(sql.replaceAll("''", "'"))
}
