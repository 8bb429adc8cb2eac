import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Utf8Text } from './utf8-text.ts'

/** The text of bytes that arrive in chunks of a length. */
function textOf(bytes: Buffer, chunk: number): string {
  const reader = new Utf8Text()
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunk)
    parts.push(Buffer.from(reader.push(bytes.subarray(at, at + chunk))))
  return Buffer.concat([...parts, reader.end()]).toString()
}

const utf16 = (text: string, isBig: boolean) => {
  const bytes = Buffer.from(text, 'utf16le')
  return isBig ? bytes.swap16() : bytes
}

const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\uFEFF${text}`),
  'UTF-16, little endian, with a mark': (text) => utf16(`\uFEFF${text}`, false),
  'UTF-16, big endian, with a mark': (text) => utf16(`\uFEFF${text}`, true),
  'UTF-16, little endian': (text) => utf16(text, false),
  'UTF-16, big endian': (text) => utf16(text, true),
}

test.each(Object.keys(ENCODINGS))('a text in %s is decoded, whatever the chunks are', (name) => {
  const encode = ENCODINGS[name] as (text: string) => Buffer
  const text = fc.string({ unit: 'grapheme' }).map((rest) => `Nov 20 \u{1F600} ${rest}`)
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (whole, chunk) => {
      expect(textOf(encode(whole), chunk)).toBe(whole)
    }),
  )
})

test.each(['', 'a', 'ab', 'abc', '\uFEFF'])('the short text %j is unchanged, without a mark', (text) => {
  expect(textOf(Buffer.from(text), 1)).toBe(text.replace('\uFEFF', ''))
})
