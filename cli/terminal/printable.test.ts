import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printable, printableJson, textOrBase64 } from './printable.ts'

describe('untrusted text', () => {
  test.each([
    ['\x1b[2J', '\\x1b[2J'],
    ['a\nb\tc\x00', 'a\\x0ab\\x09c\\x00'],
    // The one-character form of the control sequence introducer, which terminals also obey.
    ['\x9b31m', '\\x9b31m'],
    ['\x7f', '\\x7f'],
    ['user\u202Egpj.exe', 'user\\u202egpj.exe'],
    ['one\u2028two', 'one\\u2028two'],
    ['Zoë 👩‍🚀 ✓', 'Zoë 👩‍🚀 ✓'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  test('as JSON contains no unsafe character and parses to the same value', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const json = printableJson({ texts, more: '\x9b\u202e\x7f' })
        expect(json).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
        expect(JSON.parse(json)).toEqual({ texts, more: '\x9b\u202e\x7f' })
      }),
    )
  })
})

describe('bytes', () => {
  test.each([
    [Buffer.from('Zoë'), { text: 'Zoë' }],
    [Buffer.alloc(0), { text: '' }],
    [Buffer.from([0xef, 0xbb, 0xbf, 0x61]), { text: '\ufeffa' }],
    [Buffer.from([0x00, 0xff]), { base64: 'AP8=' }],
    // Text that ends in the middle of a character.
    [Buffer.from('Zoë').subarray(0, 3), { base64: 'Wm/D' }],
  ])('%o are %j', (bytes, expected) => {
    expect(textOrBase64(bytes)).toEqual(expected)
  })

  test('can be restored from the text and from the base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const shown = textOrBase64(Buffer.from(bytes))
        const back = 'text' in shown ? Buffer.from(shown.text) : Buffer.from(shown.base64, 'base64')
        expect(back).toEqual(Buffer.from(bytes))
      }),
    )
  })
})
