import { ScriptError } from './errors.ts'

/** A piece of SQL as ksqlDB's and Flink's lexers see it, as far as statements and variables depend on it. */
export interface Token {
  readonly kind: 'comment' | 'string' | 'name' | 'variable' | 'end' | 'word' | 'number' | 'symbol' | 'space'
  readonly text: string
  /** From 1. */
  readonly line: number
}

/**
 * In a string a quote is doubled, in a quoted name a backtick or double quote; backslashes mean nothing. What opens and
 * never closes matches as `open`.
 */
const TOKEN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^']|'')*')|(?<name>`(?:[^`]|``)*`|"(?:[^"]|"")*")|(?<open>['`"]|\/\*)|(?<variable>\$\{[^}\n]*\})|(?<end>;)|(?<space>\s+)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d+(?:\.\d+)?)|(?<symbol>[\s\S])/gu

/**
 * All of a text, in its order: the texts of the tokens, joined, are the text.
 * @throws ScriptError for a string, a quoted name or a comment without an end
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
