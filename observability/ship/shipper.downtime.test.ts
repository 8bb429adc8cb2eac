import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lineReader } from '../formats/line-reader.ts'
import { UTC } from '../formats/time/time-zone.ts'
import { BANNER, Shipping } from './test-shipping.ts'

let shipping: Shipping
const at = (name: string) => shipping.path(name)
const runs = (run: number, count: number) =>
  Array.from({ length: count }, (_, line) => `run-${run} ${line}\n`).join('')
const once = (...names: string[]) => shipping.once({ patterns: names.map(at) })
const messages = (prefix: string) => shipping.messages.filter((message) => message.startsWith(prefix))

beforeEach(() => {
  shipping = new Shipping()
})
afterEach(() => shipping.remove())

describe('a shipper that restarts after a log with a banner', () => {
  test('was renamed and created again, ships the rest of the old file and all of the new one', async () => {
    writeFileSync(at('srv.log'), BANNER + runs(1, 3))
    await once('srv.log')
    appendFileSync(at('srv.log'), 'run-1 late\n')
    renameSync(at('srv.log'), at('srv.log.1'))
    writeFileSync(at('srv.log'), BANNER + runs(2, 5))
    await once('srv.log')
    expect(shipping.messages).toHaveLength(23 + 1 + 25)
    expect(messages('run-1')).toHaveLength(4)
  })

  test('was moved to a subfolder, ships the rest from there', async () => {
    writeFileSync(at('srv.log'), BANNER + runs(1, 3))
    await once('srv.log')
    appendFileSync(at('srv.log'), 'run-1 late\n')
    mkdirSync(at('old'))
    renameSync(at('srv.log'), at('old/srv-before.txt'))
    writeFileSync(at('srv.log'), BANNER + runs(2, 5))
    await once('srv.log')
    expect(shipping.messages).toHaveLength(23 + 1 + 25)
  })

  test('was truncated and refilled past the position, ships all of the new content', async () => {
    writeFileSync(at('srv.log'), BANNER + runs(1, 3))
    await once('srv.log')
    truncateSync(at('srv.log'))
    appendFileSync(at('srv.log'), BANNER + runs(2, 5))
    await once('srv.log')
    expect(shipping.messages).toHaveLength(23 + 25)
    expect(new Set(shipping.arrived.map(({ identity }) => identity)).size).toBe(23 + 25)
  })

  test('was copied when only its banner was read, then truncated and refilled, continues in the copy', async () => {
    writeFileSync(at('srv.log'), BANNER)
    await once('srv.log')
    appendFileSync(at('srv.log'), runs(1, 4))
    copyFileSync(at('srv.log'), at('srv.log.1'))
    truncateSync(at('srv.log'))
    appendFileSync(at('srv.log'), BANNER + runs(2, 5))
    await once('srv.log')
    expect(shipping.messages).toHaveLength(20 + 4 + 25)
    expect(shipping.said.join()).toMatch(/srv\.log was truncated.*srv\.log\.1 has the rest/)
  })

  test('was deleted and created again with the same inode, ships the new file from its beginning', async () => {
    writeFileSync(at('srv.log'), BANNER)
    const { ino } = statSync(at('srv.log'))
    await once('srv.log')
    unlinkSync(at('srv.log'))
    for (
      let file = 0;
      file < 200 && !(existsSync(at('srv.log')) && statSync(at('srv.log')).ino === ino);
      file += 1
    ) {
      if (existsSync(at('srv.log'))) renameSync(at('srv.log'), at(`other-${file}`))
      writeFileSync(at('srv.log'), BANNER)
    }
    appendFileSync(at('srv.log'), runs(2, 2))
    await once('srv.log')
    expect(shipping.messages).toHaveLength(20 + 22)
  })

  test('without times was deleted and created again, ships it from its beginning and reports repeated lines', async () => {
    writeFileSync(at('srv.log'), 'tick 1\ntick 2\n')
    await once('srv.log')
    renameSync(at('srv.log'), at('kept'))
    writeFileSync(at('srv.log'), 'tick 1\ntick 2\ntick 3\n')
    // Deleted from the folder and its subfolders.
    unlinkSync(at('kept'))
    await once('srv.log')
    expect(shipping.messages).toEqual(['tick 1', 'tick 2', 'tick 1', 'tick 2', 'tick 3'])
    expect(shipping.said.join()).toMatch(/srv\.log is a new file that begins with the 14 bytes.*arrive again/)
  })

  test('with times was replaced by an editor, continues at its position', async () => {
    const line = (second: number) => `2026-01-01T00:00:0${second}Z web app[1]: started\n`
    const auto = {
      patterns: [at('srv.log')],
      reader: () => lineReader('auto', { zone: UTC, reference: () => Date.parse('2026-01-02') }),
    }
    writeFileSync(at('srv.log'), line(1) + line(2))
    await shipping.once(auto)
    writeFileSync(at('edited'), readFileSync(at('srv.log'), 'utf8') + line(3))
    renameSync(at('edited'), at('srv.log'))
    await shipping.once(auto)
    expect(shipping.arrived).toHaveLength(3)
  })

  test('was sent without acknowledgement, then truncated and refilled, gives the new lines new identities', async () => {
    writeFileSync(at('srv.log'), BANNER + runs(1, 3))
    await shipping.crash({ patterns: [at('srv.log')] })
    truncateSync(at('srv.log'))
    appendFileSync(at('srv.log'), BANNER + runs(2, 5))
    const before = new Set(shipping.arrived.map(({ identity }) => identity))
    shipping.arrived.length = 0
    await once('srv.log')
    expect(messages('run-2')).toHaveLength(5)
    expect(shipping.arrived.filter(({ identity }) => before.has(identity))).toEqual([])
  })

  test('was rotated within the glob, and the new file has only the banner, ships the banner again', async () => {
    writeFileSync(at('srv.log'), BANNER + runs(1, 3))
    await once('srv.log*')
    renameSync(at('srv.log'), at('srv.log.1'))
    writeFileSync(at('srv.log'), BANNER)
    await once('srv.log*')
    expect(messages('### banner')).toHaveLength(40)
  })
})

test('a running shipper ships all of a log that is truncated and refilled with the same banner between two scans', async () => {
  writeFileSync(at('srv.log'), BANNER + runs(1, 3))
  const stop = new AbortController()
  const shipping1 = shipping.shipper({ patterns: [at('srv.log')], isOnce: false })
  const over = shipping1.ship(stop.signal, stop.signal)
  await expect.poll(() => shipping.messages.length).toBe(23)
  // Without a pause, so that no scan comes in between.
  truncateSync(at('srv.log'))
  appendFileSync(at('srv.log'), BANNER + runs(2, 5))
  await expect.poll(() => messages('run-2').length, { timeout: 10_000 }).toBe(5)
  expect(messages('### banner')).toHaveLength(40)
  stop.abort()
  await over
})
