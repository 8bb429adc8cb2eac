import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FixedBytes } from './fixed-bytes.ts'

/** Texts without NUL, shorter and longer than a word. */
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .map((any) => any.replaceAll('\0', 'x'))
  .filter((any) => any.isWellFormed())

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

test('a text is found at its offset and at no other', () => {
  fc.assert(
    fc.property(
      text,
      fc.uint8Array({ maxLength: 20 }),
      fc.uint8Array({ maxLength: 20 }),
      (words, before, after) => {
        const bytes = Buffer.concat([before, Buffer.from(words), after])
        const fixed = new FixedBytes(words)
        for (let at = -1; at <= bytes.length; at += 1) {
          const stands = at >= 0 && bytes.subarray(at, at + fixed.length).equals(Buffer.from(words))
          expect(fixed.isAt(viewOf(bytes), at)).toBe(stands)
        }
      },
    ),
  )
})

test('a text that differs in one byte is not found', () => {
  for (const words of ['a', 'sshd[', 'Invalid user', 'pam_unix(sshd:auth): authentication failure']) {
    for (let at = 0; at < words.length; at += 1) {
      const bytes = Buffer.from(words)
      bytes[at] = (bytes[at] as number) ^ 0x80
      expect(new FixedBytes(words).isAt(viewOf(bytes), 0)).toBe(false)
    }
  }
})

test('a text is written as UTF-8', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), (parts) => {
      const bytes = Buffer.alloc(2048, 0xff)
      let end = 0
      for (const part of parts) end = new FixedBytes(part).write(viewOf(bytes), end)
      expect(bytes.subarray(0, end).toString()).toBe(parts.join(''))
    }),
  )
})
