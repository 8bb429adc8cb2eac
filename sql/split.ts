import { ScriptError } from './errors.ts'
import { type Token, tokens } from './token.ts'

/** A statement as its file has it: without the semicolon that ends it, its comments still in it. */
export interface RawStatement {
  readonly file: string
  /** Where its first word is, from 1. */
  readonly line: number
  readonly tokens: readonly Token[]
}

/**
 * The statements of a script. What is only comment is none.
 * @throws ScriptError where the last one is not ended by a semicolon: ksqlDB would not take it
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
  if (rest) throw new ScriptError(rest, 'the statement that begins here is not ended by a semicolon')
  return statements
}

function statementOf(file: string, all: readonly Token[]): RawStatement | undefined {
  const first = all.find(({ kind }) => kind !== 'space' && kind !== 'comment')
  return first && { file, line: first.line, tokens: all }
}
