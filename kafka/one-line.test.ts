import { expect, test } from 'vitest'
import { oneLine } from './one-line.ts'

test.each([
  ['lines', '\nfirst\r\n  second\u2028third\n', 'first second third'],
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['bells and other control characters', 'a\u0007\u0000b\u0085c', 'a b c'],
  ['marks that turn the direction of writing', 'a\u202eb', 'a b'],
])('a line has no %s of what another program said', (_, text, line) => {
  expect(oneLine(text)).toBe(line)
})

test('a line has at most 200 characters of what another program said', () => {
  expect(oneLine('x'.repeat(200))).toBe('x'.repeat(200))
  expect(oneLine('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`)
})
