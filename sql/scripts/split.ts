import { ScriptError } from '../errors.ts'
import { type Token, tokens } from './token.ts'

/** A statement as written in its file: with comments, without the closing semicolon. */
export interface RawStatement {
  readonly file: string
  /** Line of its first token that is neither a comment nor a space, from 1. */
  readonly line: number
  readonly tokens: readonly Token[]
}

/**
 * The statements of a script. Comments alone are not a statement.
 * @throws ScriptError if the last statement has no semicolon, which ksqlDB would reject
 */
export function splitStatements(file: string, text: string): RawStatement[] {
  const statements: RawStatement[] = []
  let current: Token[] = []
  for (const token of tokens(file, text)) {
    if (token.kind !== 'end') {
      current.push(token)
      continue
    }
    const statement = statementOf(file, current)
    if (statement) statements.push(statement)
    current = []
  }
  const rest = statementOf(file, current)
  if (rest) throw new ScriptError(rest, 'the statement that begins here has no closing semicolon')
  return statements
}

function statementOf(file: string, all: readonly Token[]): RawStatement | undefined {
  const first = all.find(({ kind }) => kind !== 'space' && kind !== 'comment')
  return first && { file, line: first.line, tokens: all }
}
