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
afterEach(() => shipping.remove())

describe('the shipper', () => {
  test('ships each line once, and continues at the acknowledged offset', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    await shipping.once()
    appendFileSync(at('a.log'), 'three\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two', 'three'])
  })

  test('ships an unfinished line when it is finished', async () => {
    writeFileSync(at('a.log'), 'one\ntw')
    await shipping.once()
    expect(shipping.messages).toEqual(['one'])
    appendFileSync(at('a.log'), 'o\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two'])
  })

  test('ships an unfinished line as partial after the given time, and its rest as another line', async () => {
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

  test('ends an unfinished line at the same offset after a crash', async () => {
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

  test('sends unacknowledged lines again with the same identities', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    await shipping.crash()
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two', 'one', 'two'])
    const identities = shipping.arrived.map(({ identity }) => identity)
    expect(identities.slice(2)).toEqual(identities.slice(0, 2))
    expect(new Set(identities).size).toBe(2)
  })

  test('ships the rest of a renamed file before the file that has its name now', async () => {
    writeFileSync(at('a.log'), 'one\n')
    await shipping.once()
    appendFileSync(at('a.log'), 'two\n')
    renameSync(at('a.log'), at('a.log.1'))
    writeFileSync(at('a.log'), 'three\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two', 'three'])
  })

  test('finds a renamed file beside its old name, even if only that name was given', async () => {
    writeFileSync(at('a.log'), 'one\n')
    await shipping.once({ patterns: [at('a.log')] })
    appendFileSync(at('a.log'), 'two\n')
    renameSync(at('a.log'), at('a.log.1'))
    writeFileSync(at('a.log'), 'three\n')
    await shipping.once({ patterns: [at('a.log')] })
    expect(shipping.messages).toEqual(['one', 'two', 'three'])
  })

  test.each(['*.log*', '*.log'])(
    'continues in the copy of a file that was copied and truncated (%s)',
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

  test('ships all of a file that was truncated and refilled past the position', async () => {
    writeFileSync(at('a.log'), 'one\n')
    await shipping.once()
    truncateSync(at('a.log'))
    appendFileSync(at('a.log'), 'another\nand more\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'another', 'and more'])
  })

  test('ships new files from their beginning, even if one has the inode of a deleted file', async () => {
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

  test('reads a gzip file once, and ships only the lines that were not shipped before', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    await shipping.once()
    writeFileSync(at('a.log.1.gz'), gzipSync('one\ntwo\nthree\n'))
    rmSync(at('a.log'))
    writeFileSync(at('b.log.gz'), Buffer.concat([gzipSync('four\n'), gzipSync('five')]))
    await shipping.once()
    await shipping.once()
    expect(shipping.messages.toSorted()).toEqual(['five', 'four', 'one', 'three', 'two'])
  })

  test('does not ship a copy of a followed file, and reports it', async () => {
    writeFileSync(at('a.log'), 'one\ntwo\n')
    await shipping.once()
    copyFileSync(at('a.log'), at('a.log.1'))
    appendFileSync(at('a.log'), 'three\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two', 'three'])
    expect(shipping.said.join()).toContain('a.log.1 is a copy of')
  })

  test('ships unrelated files with the same content', async () => {
    for (const name of ['web-1.log', 'web-2.log', 'db.log']) writeFileSync(at(name), 'started\nready\n')
    await shipping.once()
    await shipping.once()
    expect(shipping.arrived).toHaveLength(6)
  })

  test('cuts, marks and counts long lines, and counts empty lines, invalid UTF-8 and NUL', async () => {
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

  test('with --from end begins existing files after their last whole line, and new files at their beginning', async () => {
    writeFileSync(at('a.log'), 'old\nunfini')
    await shipping.once({ from: 'end' })
    expect(shipping.messages).toEqual([])
    appendFileSync(at('a.log'), 'shed\n')
    writeFileSync(at('b.log'), 'new\n')
    await shipping.once({ from: 'end' })
    expect(shipping.messages.toSorted()).toEqual(['new', 'unfinished'])
  })

  test('reads at most two batches ahead of a broker that does not answer', async () => {
    writeFileSync(at('a.log'), 'a line of some length\n'.repeat(400_000))
    shipping.unanswered = 1
    const died = new AbortController()
    const shipper = shipping.shipper()
    const over = shipper.ship(new AbortController().signal, died.signal).catch(() => undefined)
    // A batch is full with 20,000 lines, and may exceed that by one buffer.
    await expect.poll(() => shipper.metrics.lines).toBeGreaterThanOrEqual(20_000)
    // It still scans the folders: a new file is found, and waits too.
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
