import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Shipping } from './test-shipping.ts'

let shipping: Shipping
const at = (name: string) => shipping.path(name)
const TEXT = Array.from({ length: 5_000 }, (_, line) => `line ${line} ${(line * 7919) % 104_729}\n`).join('')

beforeEach(() => {
  shipping = new Shipping()
})
afterEach(() => shipping.remove())

describe('a compressed log', () => {
  test('that is cut at any byte has all whole lines before the cut shipped, and is reported and counted', async () => {
    const whole = gzipSync(TEXT)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: whole.length - 1 }), async (length) => {
        const own = new Shipping()
        try {
          writeFileSync(own.path('a.log.1.gz'), whole.subarray(0, length))
          const metrics = await own.once()
          const expected = linesIn(partOf(whole.subarray(0, length)))
          expect(own.messages).toEqual(expected)
          expect(metrics).toMatchObject({ damaged: 1, shipped: expected.length })
          expect(own.said.join()).toMatch(/a\.log\.1\.gz is damaged: unexpected end of file/)
        } finally {
          own.remove()
        }
      }),
      { numRuns: 25 },
    )
  }, 30_000)

  test('with a second member that is not gzip has the first member shipped, and is counted as damaged', async () => {
    writeFileSync(at('a.log.1.gz'), Buffer.concat([gzipSync('one\ntwo\n'), Buffer.from('no gzip at all')]))
    expect(await shipping.once()).toMatchObject({ damaged: 1, shipped: 2 })
    expect(shipping.messages).toEqual(['one', 'two'])
  })

  test('that is padded with zeros is not damaged', async () => {
    writeFileSync(at('a.log.1.gz'), Buffer.concat([gzipSync('one\ntwo\n'), Buffer.alloc(512)]))
    expect(await shipping.once()).toMatchObject({ damaged: 0, shipped: 2 })
  })

  test('that is still being written is read as it grows, and not reported as damaged', async () => {
    const whole = gzipSync(TEXT)
    writeFileSync(at('b.log.gz'), whole.subarray(0, 8_000))
    const stop = new AbortController()
    const shipper = shipping.shipper({ isOnce: false })
    const over = shipper.ship(stop.signal, stop.signal)
    await expect.poll(() => shipping.messages.length, { timeout: 10_000 }).toBeGreaterThan(100)
    appendFileSync(at('b.log.gz'), whole.subarray(8_000))
    await expect.poll(() => shipping.messages.length, { timeout: 10_000 }).toBe(5_000)
    expect(shipper.metrics.damaged).toBe(0)
    expect(shipping.said).toEqual([])
    stop.abort()
    await over
  })

  test('that begins with the banner of the live log is shipped, not taken for a copy', async () => {
    const banner = 'the same words each time\n'.repeat(100)
    writeFileSync(at('a.log'), `${banner}run 2\n`)
    await shipping.once()
    writeFileSync(at('a.log.1.gz'), gzipSync(`${banner}run 1\n`))
    await shipping.once()
    expect(shipping.messages.filter((message) => message.startsWith('run'))).toEqual(['run 2', 'run 1'])
  })
})

describe('a path that cannot be read', () => {
  test('is reported and counted, and the others are shipped', async () => {
    symlinkSync('loop.log', at('loop.log'))
    writeFileSync(at('no-folder'), 'x')
    mkdirSync(at('memory.log'))
    writeFileSync(at('a.log'), 'one\n')
    // A process may open its own memory, but reading it at offset 0 fails with EIO.
    symlinkSync('/proc/self/mem', at('mem.log'))
    const metrics = await shipping.once({
      patterns: [at('loop.log'), at('no-folder/x.log'), at('loop.log/y.log'), at('*.log')],
    })
    expect(shipping.messages).toEqual(['one'])
    expect(metrics.failing).toBeGreaterThanOrEqual(3)
    for (const name of ['loop.log', 'loop.log/y.log', 'mem.log'])
      expect(shipping.said.join('\n')).toMatch(new RegExp(`${name} cannot be read: E`))
  })

  test('is tried again until it can be read, and its files continue at their positions', async () => {
    mkdirSync(at('logs'))
    writeFileSync(at('logs/a.log'), 'one\n')
    writeFileSync(at('b.log'), 'other 1\n')
    const stop = new AbortController()
    const shipper = shipping.shipper({ isOnce: false, patterns: [at('logs/a.log'), at('b.log')] })
    const over = shipper.ship(stop.signal, stop.signal)
    await expect.poll(() => shipping.messages.length).toBe(2)
    renameSync(at('logs'), at('away'))
    symlinkSync('logs', at('logs'))
    appendFileSync(at('b.log'), 'other 2\n')
    await expect.poll(() => shipping.said.join(), { timeout: 10_000 }).toMatch(/a\.log cannot be read: ELOOP/)
    await expect.poll(() => shipping.messages).toContain('other 2')
    appendFileSync(at('away/a.log'), 'two\n')
    unlinkSync(at('logs'))
    renameSync(at('away'), at('logs'))
    await expect.poll(() => shipping.messages, { timeout: 10_000 }).toContain('two')
    await expect.poll(() => shipping.said.join(), { timeout: 10_000 }).toMatch(/a\.log is read again/)
    stop.abort()
    await over
    expect(shipping.messages.toSorted()).toEqual(['one', 'other 1', 'other 2', 'two'])
  }, 30_000)

  test.skipIf(process.getuid?.() !== 0)(
    'because of a folder’s permissions is reported by a shipper that is not root',
    () => {
      mkdirSync(at('secret'))
      writeFileSync(at('secret/a.log'), 'hidden\n')
      writeFileSync(at('b.log'), 'seen\n')
      chmodSync(at('secret'), 0o700)
      chmodSync(shipping.folder, 0o777)
      const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
      const script = `
      const { Shipping } = await import(${url('./test-shipping.ts')})
      process.setgid(65534); process.setuid(65534)
      const shipping = new Shipping()
      const metrics = await shipping.once({ patterns: [${JSON.stringify(at('*/*.log'))}, ${JSON.stringify(at('secret/a.log'))}, ${JSON.stringify(at('b.log'))}] })
      console.log(JSON.stringify({ messages: shipping.messages, said: shipping.said, failing: metrics.failing }))`
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
      })
      const printed = JSON.parse(stdout || JSON.stringify({ stderr }))
      expect(printed.messages).toEqual(['seen'])
      expect(printed.said.join('\n')).toMatch(/secret cannot be read: EACCES/)
      expect(printed.said.join('\n')).toMatch(/secret\/a\.log cannot be read: EACCES/)
      expect(printed.failing).toBeGreaterThanOrEqual(2)
    },
  )
})

/** The text that gzip and zlib get out of an incomplete file, whichever is longer. */
function partOf(bytes: Buffer): string {
  const { stdout } = spawnSync('gzip', ['-dc'], { input: bytes, maxBuffer: 2 ** 26 })
  const node = gunzipSync(bytes, { finishFlush: 2 })
  return stdout.length >= node.length ? stdout.toString() : node.toString()
}

function linesIn(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
}
