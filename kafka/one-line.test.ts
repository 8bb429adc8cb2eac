import { expect, test } from 'vitest'
import { oneLine } from './one-line.ts'

test.each([
  ['line breaks', '\nfirst\r\n  second\u2028third\n', 'first second third'],
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['bells and other control characters', 'a\u0007\u0000b\u0085c', 'a b c'],
  ['marks that change the direction of text', 'a\u202eb', 'a b'],
])('text of another program loses its %s', (_, text, line) => {
  expect(oneLine(text)).toBe(line)
})

test('text of another program is cut at 200 characters', () => {
  expect(oneLine('x'.repeat(200))).toBe('x'.repeat(200))
  expect(oneLine('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`)
})
