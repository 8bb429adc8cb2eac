import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { runtimeOfTest } from '../../local/test-own-runtime.ts'
import { LogFile, type Rotation } from '../../producers/log-file.ts'
import { shippedLines } from '../testing/test-log-records.ts'
import { Playstream } from '../testing/test-playstream.ts'

const KILLS = 5
const runtime = runtimeOfTest()
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-ship-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function ship(...options: string[]): Playstream {
  return new Playstream(runtime.home, ['logs', 'ship', join(folder, 'app.log*'), '--tz', 'UTC', ...options])
}

/** Writes numbered lines and rotates the file until the returned function is called, which returns how many lines there are. */
function load(rotation: Rotation) {
  const stop = new AbortController()
  let count = 0
  const writing = (async () => {
    const file = await LogFile.open(join(folder, 'app.log'), rotation)
    for (let round = 1; !stop.signal.aborted; round += 1) {
      let text = ''
      for (let line = 0; line < 200; line += 1) {
        // Last year's timestamp: the topic's retention must not count from it.
        text += `2025-01-01T00:00:00Z host-${count % 7} app[1]: line ${count} end\n`
        count += 1
      }
      // The first write ends within a line.
      const half = Math.floor(text.length / 2)
      await file.append(text.slice(0, half))
      await sleep(10)
      await file.append(text.slice(half))
      if (round % 60 === 0) await file.rotate()
    }
    await file.close()
  })()
  return async () => {
    stop.abort()
    await writing
    return count
  }
}

function numbersOf(lines: readonly { readonly message: string }[]): number[] {
  return lines.map(({ message }) => Number(/^line (\d+) end$/.exec(message)?.[1] ?? Number.NaN))
}

describe('playstream logs ship', () => {
  test.each(['rename', 'copytruncate'] as const)(
    `loses no line of a file rotated by %s when it is killed with -9 ${KILLS} times at random moments`,
    { timeout: 300_000 },
    async (rotation) => {
      const written = load(rotation)
      for (let kill = 0; kill < KILLS; kill += 1) {
        const victim = ship()
        await victim.says(/^shipping to/)
        // A random moment.
        await sleep(Math.random() * 1_500)
        victim.process.kill('SIGKILL')
        await victim.ended
      }
      const count = await written()
      const last = ship('--once', '--json')
      onTestFailed(() => void process.stderr.write(`\n${last.output}`))
      expect(await last.ended).toBe(0)
      const numbers = numbersOf(await shippedLines(runtime.profile))
      expect(new Set(numbers).size).toBe(count)
    },
  )

  test.each(['rename', 'copytruncate'] as const)(
    `--exactly-once ships each line of a file rotated by %s once in spite of ${KILLS} kills`,
    { timeout: 300_000 },
    async (rotation) => {
      const written = load(rotation)
      for (let kill = 0; kill < KILLS; kill += 1) {
        const victim = ship('--exactly-once')
        await victim.says(/^shipping to/)
        await sleep(Math.random() * 3_000)
        victim.process.kill('SIGKILL')
        await victim.ended
      }
      const count = await written()
      const last = ship('--exactly-once', '--once', '--json')
      onTestFailed(() => void process.stderr.write(`\n${last.output}`))
      expect(await last.ended).toBe(0)
      // No line is lost before the de-duplication, nor in it.
      expect(new Set(numbersOf(await shippedLines(runtime.profile, 'logs-shipped'))).size).toBe(count)
      const lines = await shippedLines(runtime.profile)
      const numbers = numbersOf(lines)
      expect(new Set(numbers).size).toBe(count)
      expect(numbers).toHaveLength(count)
      expect(new Set(lines.map(({ identity }) => identity)).size).toBe(count)
      for (let host = 0; host < 7; host += 1) {
        const own = numbersOf(lines.filter((line) => line.host === `host-${host}`))
        expect(own.filter((number, at) => number < (own[at - 1] ?? 0))).toEqual([])
      }
    },
  )

  test('reports an unreachable broker once, waits, and continues when the broker is back', {
    timeout: 120_000,
  }, async () => {
    const file = join(folder, 'app.log')
    appendFileSync(file, 'line 0 end\n')
    const shipper = ship('--json')
    await shipper.says(/^shipping to/)
    await expect.poll(async () => (await shippedLines(runtime.profile)).length, { timeout: 30_000 }).toBe(1)
    await runtime.stop()
    for (let line = 1; line <= 5_000; line += 1) appendFileSync(file, `line ${line} end\n`)
    await shipper.says(/^kafka: cannot write logs/)
    await runtime.start()
    await shipper.says(/^kafka: logs is written again/)
    await expect
      .poll(async () => numbersOf(await shippedLines(runtime.profile)).length, { timeout: 60_000 })
      .toBe(5_001)
    shipper.process.kill('SIGTERM')
    expect(await shipper.ended).toBe(0)
    expect(shipper.lines.filter((line) => line.includes('cannot write'))).toHaveLength(1)
    expect(shipper.json()).toMatchObject({ shipped: 5_001, lag: 0 })
  })
})
