import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ScriptError } from '../errors.ts'
import { splitStatements } from './split.ts'

const split = (text: string) =>
  splitStatements('01-a.sql', text).map(({ tokens }) =>
    tokens
      .map(({ text: part }) => part)
      .join('')
      .trim(),
  )

/** Tokens that hide semicolons and each other’s delimiters. */
const content = fc.string({
  unit: fc.constantFrom('a', ';', '--', '/*', '*/', '$', '{', '}', ' ', '\n', 'é'),
  maxLength: 6,
})
const piece = fc.oneof(
  fc.constantFrom('SELECT', 'x', '1', '(', ')', '->', '= ', '\n'),
  content.map((text) => `'${text.replaceAll('--', "''")}'`),
  content.map((text) => `\`${text}\``),
  content.map((text) => `"${text}"`),
  content.map((text) => `--${text.replaceAll('\n', '')}\n`),
  content.map((text) => `/*${text.replaceAll('/', '')}*/`),
)
const statement = fc.array(piece, { maxLength: 8 }).map((parts) => `SELECT ${parts.join(' ')} x`)

describe('splitStatements', () => {
  test('splitting joined statements gives back the statements', () => {
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        expect(split(statements.map((one) => `${one};`).join('\n'))).toEqual(statements)
      }),
    )
  })

  test('the line of a statement is that of its first word, not of the comment before it', () => {
    const text = "-- why; not\n\nA\n'x;\n''y';/* ; */ B;\n-- the end;\n"
    expect(splitStatements('01-a.sql', text).map(({ line }) => line)).toEqual([3, 5])
  })

  test.each([
    ["A;\nB 'x;\n", /^01-a\.sql:2: the string that begins here has no end/],
    ['A;\n/* x;', /^01-a\.sql:2: the comment that begins here has no end/],
    ['A `x;', /^01-a\.sql:1: the quoted name that begins here has no end/],
    ['A;\n\nB\n', /^01-a\.sql:3: the statement that begins here has no closing semicolon/],
  ])('splitting %j throws a ScriptError with file and line', (text, message) => {
    expect(() => split(text)).toThrow(ScriptError)
    expect(() => split(text)).toThrow(message)
  })
})
