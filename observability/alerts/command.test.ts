import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { command } from './command.ts'
import { testReport } from './test-report.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-alert-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const signal = new AbortController().signal

/** A command that runs Node code; its first argument is the file to write to. */
function node(source: string, ...args: string[]) {
  return command({
    file: process.execPath,
    args: ['-e', source, output(), ...args],
    timeLimitMs: 20_000,
  })
}

const output = () => join(folder, 'output')
const written = () => readFileSync(output(), 'utf8')
const COPY = `require('fs').writeFileSync(process.argv[1], require('fs').readFileSync(0))`

describe('a command', () => {
  test('gets the attack on standard input only', async () => {
    const report = testReport({ users: ['$(reboot); --help', "'"] })
    await node(COPY).deliver(report, signal)
    expect(JSON.parse(written())).toEqual(report)
  })

  test('gets its arguments unchanged, without a shell', async () => {
    const source = `require('fs').writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)))`
    await node(source, '$HOME', '; touch x', 'a b').deliver(testReport(), signal)
    expect(JSON.parse(written())).toEqual(['$HOME', '; touch x', 'a b'])
  })

  test('succeeds without reading its input', async () => {
    const report = testReport({ users: Array.from({ length: 50 }, () => 'x'.repeat(100_000)) })
    await node('process.stdin.destroy()').deliver(report, signal)
  })

  test('fails with its exit code and the end of its standard error', async () => {
    await expect(
      node(`console.error('no such room'); process.exit(3)`).deliver(testReport(), signal),
    ).rejects.toThrow(/ended with exit code 3: no such room$/)
  })

  test('fails with the reason if it cannot be started', async () => {
    const missing = command({ file: join(folder, 'missing'), args: [], timeLimitMs: 1_000 })
    await expect(missing.deliver(testReport(), signal)).rejects.toThrow(/missing cannot be started .*ENOENT/)
  })

  test('ends even if it leaves a child running that holds standard error open', async () => {
    const source = `require('child_process').spawn('sleep', ['20'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).unref()`
    const started = performance.now()
    await node(source).deliver(testReport(), signal)
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  test('is killed at the time limit, together with its children', async () => {
    const child = `setInterval(() => {}, 1000); require('fs').writeFileSync(process.argv[1], String(process.pid))`
    const source = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}, process.argv[1]], { stdio: 'ignore' }); setInterval(() => {}, 1000)`
    const slow = command({
      file: process.execPath,
      args: ['-e', source, output()],
      timeLimitMs: 2_000,
    })
    await expect(slow.deliver(testReport(), signal)).rejects.toThrow(/was killed after 2 s/)
    expect(existsSync(output())).toBe(true)
    await expect.poll(() => isAlive(Number(written()))).toBe(false)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A killed orphan stays a zombie until init reaps it.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
