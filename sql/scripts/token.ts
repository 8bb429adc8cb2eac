import { ScriptError } from '../errors.ts'

/** A token of ksqlDB's and Flink's SQL, as fine as splitting statements and substituting variables requires. */
export interface Token {
  readonly kind: 'comment' | 'string' | 'name' | 'variable' | 'end' | 'word' | 'number' | 'symbol' | 'space'
  readonly text: string
  /** From 1. */
  readonly line: number
}

/**
 * A quote inside a string or quoted name is escaped by doubling; backslashes have no meaning. A string, quoted name or
 * comment that is never closed matches as `open`.
 */
const TOKEN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^']|'')*')|(?<name>`(?:[^`]|``)*`|"(?:[^"]|"")*")|(?<open>['`"]|\/\*)|(?<variable>\$\{[^}\n]*\})|(?<end>;)|(?<space>\s+)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d+(?:\.\d+)?)|(?<symbol>[\s\S])/gu

/**
 * The tokens of a text. Lossless: the joined texts of the tokens are the input.
 * @throws ScriptError for an unclosed string, quoted name or comment
 */
export function tokens(file: string, text: string): Token[] {
  const found: Token[] = []
  let line = 1
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) as [
      string,
      string,
    ]
    if (kind === 'open') {
      const what = match[0] === "'" ? 'string' : match[0] === '/*' ? 'comment' : 'quoted name'
      throw new ScriptError({ file, line }, `the ${what} that begins here has no end`)
    }
    found.push({ kind: kind as Token['kind'], text: match[0], line })
    line += match[0].split('\n').length - 1
  }
  return found
}
