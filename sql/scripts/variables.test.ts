import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitStatements } from './split.ts'
import { tokens } from './token.ts'
import { substitute, type Variables } from './variables.ts'

function textOf(text: string, variables: Variables): string {
  const [statement] = splitStatements('01-a.sql', text)
  if (!statement) throw new Error('no statement')
  return substitute(statement, variables)
}

describe('substitute', () => {
  test('variables are replaced in a string, as a name and as a number', () => {
    const text = "CREATE STREAM ${name} -- ${gone}\nWITH (TOPIC = '${topic}-x', N = ${n});"
    expect(textOf(text, { name: 'A', topic: "it's", n: 6 })).toBe(
      "CREATE STREAM A\nWITH (TOPIC = 'it''s-x', N = 6);",
    )
  })

  test('an undefined variable throws an error with file and line', () => {
    expect(() => textOf("A\n'${nope}';", { yes: 1 })).toThrow(
      /^01-a\.sql:2: \$\{nope\} is not defined; there are: yes/,
    )
    expect(() => textOf('A ${constructor};', {})).toThrow(/not defined/)
  })

  test('no value can end the string or quoted name it is in', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("'", '`', '"'), (value, quote) => {
        const found = textOf(`A ${quote}\${v}${quote} B;`, { v: value })
        const kinds = tokens('01-a.sql', found).map(({ kind }) => kind)
        expect(kinds).toEqual(['word', 'space', quote === "'" ? 'string' : 'name', 'space', 'word', 'end'])
      }),
    )
  })

  test('outside quotes a value that is not a plain name or number throws', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        if (/^(?:[A-Za-z_]\w*|\d+)$/.test(value)) expect(textOf('A ${v};', { v: value })).toBe(`A ${value};`)
        else expect(() => textOf('A ${v};', { v: value })).toThrow(/not a plain name or number/)
      }),
    )
  })

  test('spaces and empty lines inside a string are kept', () => {
    expect(textOf("A 'x\n\n  y' /* c */\n\n\nB;", {})).toBe("A 'x\n\n  y'\nB;")
  })
})
