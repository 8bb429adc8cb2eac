import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Shipping } from './test-shipping.ts'

let shipping: Shipping
const at = (name: string) => shipping.path(name)

beforeEach(() => {
  shipping = new Shipping()
})
afterEach(() => rmSync(shipping.folder, { recursive: true }))

describe('the shipper', () => {
  test('ships each line once, and goes on where it was acknowledged', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    await shipping.once()
    appendFileSync(at('a.log'), 'three\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two', 'three'])
  })

  test('keeps an unfinished line until it is finished', async () => {
    writeFileSync(at('a.log'), 'one\ntw')
    await shipping.once()
    expect(shipping.messages).toEqual(['one'])
    appendFileSync(at('a.log'), 'o\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two'])
  })

  test('ships an unfinished line after its time, marked, and the rest of it as a line of its own', async () => {
    writeFileSync(at('a.log'), 'hal')
    const metrics = await shipping.once({ flushPartialAfterMs: 1 })
    expect(metrics).toMatchObject({ partial: 1, lag: 0 })
    appendFileSync(at('a.log'), 'f\n')
    await shipping.once()
    expect(shipping.arrived).toMatchObject([
      { message: 'hal', partial: true, offset: 0 },
      { message: 'f', offset: 3 },
    ])
  })

  test('ends an unfinished line at the same place again after a crash', async () => {
    writeFileSync(at('a.log'), 'hal')
    shipping.unanswered = 1
    const died = new AbortController()
    const shipper = shipping.shipper({ flushPartialAfterMs: 1 })
    const over = shipper.ship(new AbortController().signal, died.signal).catch(() => undefined)
    await expect.poll(() => shipping.messages).toEqual(['hal'])
    died.abort(new Error('killed'))
    await over
    appendFileSync(at('a.log'), 'f\n')
    await shipping.once()
    expect(new Map(shipping.arrived.map(({ identity, message }) => [identity, message])).size).toBe(2)
    expect(shipping.messages).toEqual(['hal', 'hal', 'f'])
  })

  test('sends what was not acknowledged again, by the same identity', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    await shipping.crash()
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two', 'one', 'two'])
    const identities = shipping.arrived.map(({ identity }) => identity)
    expect(identities.slice(2)).toEqual(identities.slice(0, 2))
    expect(new Set(identities).size).toBe(2)
  })

  test('drains a renamed file before the one that has its name now', async () => {
    writeFileSync(at('a.log'), 'one\n')
    await shipping.once()
    appendFileSync(at('a.log'), 'two\n')
    renameSync(at('a.log'), at('a.log.1'))
    writeFileSync(at('a.log'), 'three\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two', 'three'])
  })

  test('finds a renamed file beside its old name, where only that was asked for', async () => {
    writeFileSync(at('a.log'), 'one\n')
    await shipping.once({ patterns: [at('a.log')] })
    appendFileSync(at('a.log'), 'two\n')
    renameSync(at('a.log'), at('a.log.1'))
    writeFileSync(at('a.log'), 'three\n')
    await shipping.once({ patterns: [at('a.log')] })
    expect(shipping.messages).toEqual(['one', 'two', 'three'])
  })

  test.each(['*.log*', '*.log'])(
    'reads on in the copy of a file that was copied and emptied (%s)',
    async (glob) => {
      writeFileSync(at('a.log'), 'one\n')
      await shipping.once({ patterns: [at(glob)] })
      appendFileSync(at('a.log'), 'two\n')
      copyFileSync(at('a.log'), at('a.log.1'))
      truncateSync(at('a.log'))
      appendFileSync(at('a.log'), '3\n')
      await shipping.once({ patterns: [at(glob)] })
      expect(shipping.messages).toEqual(['one', 'two', '3'])
    },
  )

  test('notices a file that was emptied and filled past where it was read', async () => {
    writeFileSync(at('a.log'), 'one\n')
    await shipping.once()
    truncateSync(at('a.log'))
    appendFileSync(at('a.log'), 'another\nand more\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'another', 'and more'])
  })

  test('does not take a file that has the inode of a removed one for it', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    const { ino } = statSync(at('a.log'))
    await shipping.once()
    rmSync(at('a.log'))
    for (let file = 0; file < 200 && !hasInode(ino); file += 1)
      writeFileSync(at(`${file}.log`), `new ${file}\nnext\n`)
    const made = readdirSync(shipping.folder).filter((name) => name.endsWith('.log'))
    await shipping.once()
    expect(shipping.messages).toHaveLength(2 + made.length * 2)
  })

  test('reads a gzip file once, and not at all what it holds that was shipped before', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    await shipping.once()
    writeFileSync(at('a.log.1.gz'), gzipSync('one\ntwo\nthree\n'))
    rmSync(at('a.log'))
    writeFileSync(at('b.log.gz'), Buffer.concat([gzipSync('four\n'), gzipSync('five')]))
    await shipping.once()
    await shipping.once()
    expect(shipping.messages.toSorted()).toEqual(['five', 'four', 'one', 'three', 'two'])
  })

  test('does not ship a copy of a file that it follows, and says so', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    await shipping.once()
    copyFileSync(at('a.log'), at('a.log.1'))
    appendFileSync(at('a.log'), 'three\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two', 'three'])
    expect(shipping.said.join()).toContain('a.log.1 is a copy of')
  })

  test('ships files with the same content that only happen to be alike', async () => {
    for (const name of ['web-1.log', 'web-2.log', 'db.log']) writeFileSync(at(name), 'started\nready\n')
    await shipping.once()
    await shipping.once()
    expect(shipping.arrived).toHaveLength(6)
  })

  test('cuts, marks and counts what is too long, and counts what is empty, no UTF-8 or NUL', async () => {
    const long = 'x'.repeat(600_000)
    writeFileSync(
      at('a.log'),
      Buffer.concat([
        Buffer.from(`${long}\r\n\n\r\nab\r\n`),
        Buffer.from([0xff, 0x61, 0x0a, 0, 0, 0x62, 0x0a, 0x63, 0, 0x64, 0x0a]),
      ]),
    )
    const metrics = await shipping.once()
    expect(shipping.messages).toEqual(['x'.repeat(1024), 'ab', '�a', 'b', 'c\0d'])
    expect(shipping.arrived[0]).toMatchObject({ cut: true, offset: 0 })
    expect(metrics).toMatchObject({
      cut: 1,
      empty: 2,
      invalidUtf8: 1,
      withNul: 1,
      lines: 7,
      shipped: 5,
      lag: 0,
    })
  })

  test('begins at the end of what is there at its first start, at a whole line, and nowhere else', async () => {
    writeFileSync(at('a.log'), 'old\nunfini')
    await shipping.once({ from: 'end' })
    expect(shipping.messages).toEqual([])
    appendFileSync(at('a.log'), 'shed\n')
    writeFileSync(at('b.log'), 'new\n')
    await shipping.once({ from: 'end' })
    expect(shipping.messages.toSorted()).toEqual(['new', 'unfinished'])
  })

  test('reads no further than two flights ahead of a broker that does not answer', async () => {
    writeFileSync(at('a.log'), 'a line of some length\n'.repeat(400_000))
    shipping.unanswered = 1
    const died = new AbortController()
    const shipper = shipping.shipper()
    const over = shipper.ship(new AbortController().signal, died.signal).catch(() => undefined)
    // Full: 20,000 lines, and what the buffer held that made it so.
    await expect.poll(() => shipper.metrics.lines).toBeGreaterThanOrEqual(20_000)
    // It still looks after its files meanwhile: a new one is found, and waits too.
    writeFileSync(at('b.log'), 'new\n')
    await expect.poll(() => shipper.metrics.files, { timeout: 4_000 }).toBe(2)
    expect(shipper.metrics.lines).toBeLessThan(80_000)
    expect(shipper.metrics.shipped).toBe(0)
    died.abort(new Error('killed'))
    await over
  })

  test('follows 1,000 files with no more than 16 open', async () => {
    mkdirSync(at('many.logs'))
    const files = Array.from({ length: 1_000 }, (_, file) => at(`many.logs/${file}`))
    for (const file of files) writeFileSync(file, `${file} first\n`)
    const options = { patterns: [at('many.logs/*')], maxOpen: 16 }
    await shipping.once(options)
    for (const file of files) appendFileSync(file, `${file} second\n`)
    await shipping.once(options)
    const expected = files.flatMap((file) => [`${file} first`, `${file} second`])
    expect(shipping.messages.toSorted()).toEqual(expected.toSorted())
  }, 30_000)

  function hasInode(inode: number): boolean {
    return readdirSync(shipping.folder).some(
      (name) => name.endsWith('.log') && statSync(at(name)).ino === inode,
    )
  }
})
