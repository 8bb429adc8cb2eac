import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Shipping } from './test-shipping.ts'

/** Runs a test in a folder of its own, so that several can wait for their scans at the same time. */
async function withShipping(run: (shipping: Shipping) => Promise<void>): Promise<void> {
  const shipping = new Shipping()
  try {
    await run(shipping)
  } finally {
    shipping.remove()
  }
}

describe('a file that is not lines of UTF-8', () => {
  test.concurrent.for<readonly [kind: string, bytes: Buffer]>([
    ['xz', Buffer.from('fd377a585a000004e6d6b4460200210116000000', 'hex')],
    ['bzip2', Buffer.from('425a683931415926535900000000', 'hex')],
    ['zstd', Buffer.from('28b52ffd0458090000', 'hex')],
    ['zip', Buffer.from('504b030414000000080000', 'hex')],
    ['UTF-16 text', Buffer.from('\ufeffa line\r\n', 'utf16le')],
    ['binary', Buffer.from(Array.from({ length: 400 }, (_, at) => (at % 4 === 0 ? 65 + (at % 20) : 0)))],
    ['binary', Buffer.from('a line\r\nand another\r\n'.repeat(20), 'utf16le')],
  ])(
    '%s is left out, reported once and counted, and none of its bytes are shipped',
    ([kind, bytes], { expect }) =>
      withShipping(async (shipping) => {
        writeFileSync(shipping.path('x.log.2.xz'), bytes)
        writeFileSync(shipping.path('x.log'), 'one\n')
        const stop = new AbortController()
        const shipper = shipping.shipper({ isOnce: false })
        const over = shipper.ship(stop.signal, stop.signal)
        await expect.poll(() => shipping.messages, { timeout: 5_000 }).toEqual(['one'])
        writeFileSync(shipping.path('y.log'), 'two\n')
        // The new file is found by a later scan, which sees the binary file again.
        await expect.poll(() => shipping.messages, { timeout: 5_000 }).toEqual(['one', 'two'])
        stop.abort()
        await over
        expect(shipping.said).toEqual([expect.stringContaining(`x.log.2.xz is left out: it is ${kind}`)])
        expect(shipper.metrics.leftOut).toBe(1)
      }),
  )

  test('in Latin-1 is shipped with U+FFFD for each invalid byte, and reported', () =>
    withShipping(async (shipping) => {
      writeFileSync(shipping.path('x.log'), Buffer.from('café\nplain\nnaïve\n', 'latin1'))
      expect(await shipping.once()).toMatchObject({ invalidUtf8: 2, leftOut: 0 })
      expect(shipping.messages).toEqual(['caf\ufffd', 'plain', 'na\ufffdve'])
      expect(shipping.said).toEqual([expect.stringMatching(/x\.log has lines that are not UTF-8/)])
    }))

  test('but of UTF-8 with a byte order mark is shipped without the mark', () =>
    withShipping(async (shipping) => {
      writeFileSync(shipping.path('x.log'), '\ufeffone\ntwo\n')
      await shipping.once()
      expect(shipping.messages).toEqual(['one', 'two'])
    }))

  test('because of a hole, escapes and colours is shipped as text', () =>
    withShipping(async (shipping) => {
      writeFileSync(shipping.path('x.log'), `${'\0'.repeat(3_000)}\u001b[31mred\u001b[0m\n`)
      await shipping.once()
      expect(shipping.messages).toEqual(['\u001b[31mred\u001b[0m'])
    }))
})
