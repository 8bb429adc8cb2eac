import { ScriptError } from './errors.ts'
import type { RawStatement } from './split.ts'
import { tokens } from './token.ts'

/** What `${name}` stands for. */
export type Variables = Readonly<Record<string, string | number>>

const REFERENCE = /\$\{([^}\n]*)\}/g
/** What may stand where SQL has a name or a number: nothing that could end it, or begin anything else. */
const BARE = /^(?:[A-Za-z_][A-Za-z0-9_]*|\d+)$/

/**
 * A statement's text with its variables' values in their places and its comments gone, ended by a semicolon. In a string
 * or a quoted name a value has its quotes doubled; anywhere else it must be a plain name or number. So no value can end
 * what it stands in. It is done here and not by the engine: ksqlDB leaves an unknown `${x}` as it is.
 * @throws ScriptError that names the variable, for one that is not defined or may not stand where it does
 */
export function substitute(statement: RawStatement, variables: Variables): string {
  const parts = statement.tokens.map(({ kind, text, line }) => {
    const place = { file: statement.file, line }
    const lookUp = (name: string) => {
      if (Object.hasOwn(variables, name)) return String(variables[name])
      throw new ScriptError(
        place,
        `\${${name}} is not defined; there are: ${Object.keys(variables).join(', ')}`,
      )
    }
    if (kind === 'string' || kind === 'name') {
      const quote = text[0] as string
      return text.replace(REFERENCE, (_, name) => lookUp(name).replaceAll(quote, quote + quote))
    }
    if (kind !== 'variable') return text
    const value = lookUp(text.slice(2, -1))
    if (BARE.test(value)) return value
    throw new ScriptError(place, `${text} is '${value}', which is no plain name or number: put it in quotes`)
  })
  return `${withoutComments(statement.file, parts.join('')).trim()};`
}

/** A comment parts words, as a blank does; a line of which nothing is left goes. */
function withoutComments(file: string, text: string): string {
  let out = ''
  let gap = ''
  for (const token of tokens(file, text)) {
    if (token.kind === 'comment' || token.kind === 'space') {
      gap += token.kind === 'comment' ? ' ' : token.text
      continue
    }
    const lineEnd = gap.lastIndexOf('\n')
    out += (lineEnd < 0 ? (gap === '' ? '' : ' ') : gap.slice(lineEnd)) + token.text
    gap = ''
  }
  return out
}
