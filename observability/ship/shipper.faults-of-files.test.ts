import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Checkpoint } from './files/checkpoint.ts'
import { FileRegistry } from './files/file-registry.ts'
import { Shipping } from './test-shipping.ts'

let shipping: Shipping
const at = (name: string) => shipping.path(name)
const TEXT = Array.from({ length: 5_000 }, (_, line) => `line ${line} ${(line * 7919) % 104_729}\n`).join('')

beforeEach(() => {
  shipping = new Shipping()
})
afterEach(() => rmSync(shipping.folder, { recursive: true }))

describe('a compressed log', () => {
  test('that breaks off anywhere gives all whole lines before the break, is named and counted', async () => {
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
          rmSync(own.folder, { recursive: true })
        }
      }),
      { numRuns: 25 },
    )
  }, 30_000)

  test('of two parts, the second of which is no gzip, gives the first part whole and is named', async () => {
    writeFileSync(at('a.log.1.gz'), Buffer.concat([gzipSync('one\ntwo\n'), Buffer.from('no gzip at all')]))
    expect(await shipping.once()).toMatchObject({ damaged: 1, shipped: 2 })
    expect(shipping.messages).toEqual(['one', 'two'])
  })

  test('that is padded with zeros is whole', async () => {
    writeFileSync(at('a.log.1.gz'), Buffer.concat([gzipSync('one\ntwo\n'), Buffer.alloc(512)]))
    expect(await shipping.once()).toMatchObject({ damaged: 0, shipped: 2 })
  })

  test('that is still being written is read on as it grows, and not called damaged', async () => {
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

  test('that begins with the same banner as the log is not taken for a copy of it', async () => {
    const banner = 'the same words each time\n'.repeat(100)
    writeFileSync(at('a.log'), `${banner}run 2\n`)
    await shipping.once()
    writeFileSync(at('a.log.1.gz'), gzipSync(`${banner}run 1\n`))
    await shipping.once()
    expect(shipping.messages.filter((message) => message.startsWith('run'))).toEqual(['run 2', 'run 1'])
  })
})

describe('a file that is not lines of UTF-8', () => {
  test.each([
    ['xz', Buffer.from('fd377a585a000004e6d6b4460200210116000000', 'hex')],
    ['bzip2', Buffer.from('425a683931415926535900000000', 'hex')],
    ['zstd', Buffer.from('28b52ffd0458090000', 'hex')],
    ['zip', Buffer.from('504b030414000000080000', 'hex')],
    ['UTF-16 text', Buffer.from('\ufeffa line\r\n', 'utf16le')],
    ['binary', Buffer.from(Array.from({ length: 400 }, (_, at) => (at % 4 === 0 ? 65 + (at % 20) : 0)))],
    ['binary', Buffer.from('a line\r\nand another\r\n'.repeat(20), 'utf16le')],
  ])('%s is left out, named once and counted, and ships no garbage', async (kind, bytes) => {
    writeFileSync(at('x.log.2.xz'), bytes)
    writeFileSync(at('x.log'), 'one\n')
    const stop = new AbortController()
    const shipper = shipping.shipper({ isOnce: false })
    const over = shipper.ship(stop.signal, stop.signal)
    await expect.poll(() => shipping.messages).toEqual(['one'])
    writeFileSync(at('y.log'), 'two\n')
    // At least one more look at the folder.
    await expect.poll(() => shipping.messages, { timeout: 5_000 }).toEqual(['one', 'two'])
    stop.abort()
    await over
    expect(shipping.said).toEqual([expect.stringContaining(`x.log.2.xz is left out: it is ${kind}`)])
    expect(shipper.metrics.leftOut).toBe(1)
  })

  test('in Latin-1 is shipped with U+FFFD for what cannot be read, and is named', async () => {
    writeFileSync(at('x.log'), Buffer.from('café\nplain\nnaïve\n', 'latin1'))
    expect(await shipping.once()).toMatchObject({ invalidUtf8: 2, leftOut: 0 })
    expect(shipping.messages).toEqual(['caf\ufffd', 'plain', 'na\ufffdve'])
    expect(shipping.said).toEqual([expect.stringMatching(/x\.log has lines that are not UTF-8/)])
  })

  test('in UTF-8 with a byte order mark is shipped without the mark', async () => {
    writeFileSync(at('x.log'), '\ufeffone\ntwo\n')
    await shipping.once()
    expect(shipping.messages).toEqual(['one', 'two'])
  })

  test('with hole, escapes and colours is text', async () => {
    writeFileSync(at('x.log'), `${'\0'.repeat(3_000)}\u001b[31mred\u001b[0m\n`)
    await shipping.once()
    expect(shipping.messages).toEqual(['\u001b[31mred\u001b[0m'])
  })
})

describe('a path that cannot be read', () => {
  test('is named and counted, and the others are shipped', async () => {
    symlinkSync('loop.log', at('loop.log'))
    writeFileSync(at('no-folder'), 'x')
    mkdirSync(at('memory.log'))
    writeFileSync(at('a.log'), 'one\n')
    // Opening its own memory is allowed, reading it from 0 on is an EIO.
    symlinkSync('/proc/self/mem', at('mem.log'))
    const metrics = await shipping.once({
      patterns: [at('loop.log'), at('no-folder/x.log'), at('loop.log/y.log'), at('*.log')],
    })
    expect(shipping.messages).toEqual(['one'])
    expect(metrics.failing).toBeGreaterThanOrEqual(3)
    for (const name of ['loop.log', 'loop.log/y.log', 'mem.log'])
      expect(shipping.said.join('\n')).toMatch(new RegExp(`${name} cannot be read: E`))
  })

  test('is tried again until it can be read, and its folder’s files go on where they were', async () => {
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
    'as a folder without permission is named to a shipper that is not root',
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
      const told = JSON.parse(stdout || JSON.stringify({ stderr }))
      expect(told.messages).toEqual(['seen'])
      expect(told.said.join('\n')).toMatch(/secret cannot be read: EACCES/)
      expect(told.said.join('\n')).toMatch(/secret\/a\.log cannot be read: EACCES/)
      expect(told.failing).toBeGreaterThanOrEqual(2)
    },
  )
})

/** A busy log: it is rotated this often between two looks. */
const NAMES = [
  ['a.log.3', 'a.log.4'],
  ['a.log.2', 'a.log.3'],
  ['a.log.1', 'a.log.2'],
  ['a.log', 'a.log.1'],
] as const

test('10,000 rotations leave neither the roster nor the checkpoint larger than the first 400 did', async () => {
  const checkpoint = Checkpoint.open(at('checkpoint.json'))
  const registry = new FileRegistry({
    patterns: [at('a.log*')],
    checkpoint,
    from: 'beginning',
    reader: () => () => {
      throw new Error('no line is read')
    },
    maxOpen: 16,
    isOnce: false,
    say: (line) => shipping.said.push(line),
  })
  let largest = 0
  for (let rotation = 0; rotation < 10_000; rotation += 1) {
    for (const [from, to] of NAMES) if (existsSync(at(from))) renameSync(at(from), at(to))
    writeFileSync(at('a.log'), `rotation ${rotation}\n`)
    if (rotation % NAMES.length > 0) continue
    await registry.scan()
    // As a shipper leaves them that has read all there is.
    for (const watcher of registry.watchers) if (watcher.hasPlace) watcher.observe('ended')
    if (rotation <= 400) largest = Math.max(largest, registry.watchers.size)
    else expect(registry.watchers.size).toBeLessThanOrEqual(largest)
  }
  expect(largest).toBeLessThan(60)
  expect(checkpoint.entries.size).toBe(registry.watchers.size)
  let chain = 0
  for (let file = [...registry.watchers].at(-1); file; file = file.after) chain += 1
  expect(chain).toBeLessThanOrEqual(largest)
  await registry.close()
}, 240_000)

/** The text that gzip itself gets out of a file that breaks off. */
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
