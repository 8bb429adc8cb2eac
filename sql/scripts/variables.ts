import { ScriptError } from '../errors.ts'
import type { RawStatement } from './split.ts'
import { tokens } from './token.ts'

/** Values of `${name}` references. */
export type Variables = Readonly<Record<string, string | number>>

const REFERENCE = /\$\{([^}\n]*)\}/g
/** Values allowed outside quotes: a plain name or number, which cannot end its token or start another. */
const BARE = /^(?:[A-Za-z_][A-Za-z0-9_]*|\d+)$/

/**
 * Substitutes a statement's variables and removes its comments; the result ends with a semicolon. In a string or quoted
 * name the value's quotes are doubled; elsewhere the value must be a plain name or number. So no value can break out of
 * its token. Not left to the engine, because ksqlDB leaves an unknown `${x}` as it is.
 * @throws ScriptError that names the variable, if it is undefined or its value is not allowed in its place
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
    throw new ScriptError(
      place,
      `${text} is '${value}', which is not a plain name or number: put it in quotes`,
    )
  })
  return `${withoutComments(statement.file, parts.join('')).trim()};`
}

/** Replaces comments by a space, because they separate words, and drops lines that become empty. */
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
