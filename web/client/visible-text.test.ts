import { expect, test } from 'vitest'
import { visibleText } from './visible-text.ts'

test('plain text of any script stays as it is', () => {
  for (const text of ['player-0001', '<script>alert(1)</script>', 'Привет', 'مرحبا', '日本', '👩‍🚀']) {
    expect(visibleText(text)).toBe(text)
  }
})

test('control characters and marks of direction become escapes', () => {
  expect(visibleText('a\n\t\r\0b')).toBe('a\\n\\t\\r\\0b')
  expect(visibleText('evil\u202egpj.exe')).toBe('evil\\u202egpj.exe')
  expect(visibleText('\u001b[31m\u007f\u2066\ufeff\u{e0001}')).toBe(
    '\\u001b[31m\\u007f\\u2066\\ufeff\\u{e0001}',
  )
})

test('line ends and tabs stay where they are wanted, a carriage return does not', () => {
  expect(visibleText('a\n\tb\r', true)).toBe('a\n\tb\\r')
})
