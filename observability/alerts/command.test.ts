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

/** Runs a program of Node's with the file to write to, and whatever else, as its arguments. */
function node(source: string, ...args: string[]) {
  return command({
    file: process.execPath,
    args: ['-e', source, join(folder, 'told'), ...args],
    timeLimitMs: 20_000,
  })
}

const told = () => readFileSync(join(folder, 'told'), 'utf8')
const COPY = `require('fs').writeFileSync(process.argv[1], require('fs').readFileSync(0))`

describe('a command', () => {
  test('gets the attack on its standard input, and nothing of it as an argument', async () => {
    const report = testReport({ users: ['$(reboot); --help', "'"] })
    await node(COPY).deliver(report, signal)
    expect(JSON.parse(told())).toEqual(report)
  })

  test('gets its own arguments as they are: there is no shell', async () => {
    const source = `require('fs').writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)))`
    await node(source, '$HOME', '; touch x', 'a b').deliver(testReport(), signal)
    expect(JSON.parse(told())).toEqual(['$HOME', '; touch x', 'a b'])
  })

  test('that does not read is as good as one that does', async () => {
    const report = testReport({ users: Array.from({ length: 50 }, () => 'x'.repeat(100_000)) })
    await node('process.stdin.destroy()').deliver(report, signal)
  })

  test('that fails says with which code, and its last words', async () => {
    await expect(
      node(`console.error('no such room'); process.exit(3)`).deliver(testReport(), signal),
    ).rejects.toThrow(/ended with exit code 3: no such room$/)
  })

  test('that cannot be started says so', async () => {
    const missing = command({ file: join(folder, 'missing'), args: [], timeLimitMs: 1_000 })
    await expect(missing.deliver(testReport(), signal)).rejects.toThrow(/missing cannot be started .*ENOENT/)
  })

  test('that leaves something running in the background has ended all the same', async () => {
    const source = `require('child_process').spawn('sleep', ['20'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).unref()`
    const started = performance.now()
    await node(source).deliver(testReport(), signal)
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  test('that takes too long is killed, with what it has started', async () => {
    const child = `setInterval(() => {}, 1000); require('fs').writeFileSync(process.argv[1], String(process.pid))`
    const source = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}, process.argv[1]], { stdio: 'ignore' }); setInterval(() => {}, 1000)`
    const slow = command({
      file: process.execPath,
      args: ['-e', source, join(folder, 'told')],
      timeLimitMs: 2_000,
    })
    await expect(slow.deliver(testReport(), signal)).rejects.toThrow(/was killed after 2 s/)
    expect(existsSync(join(folder, 'told'))).toBe(true)
    await expect.poll(() => isAlive(Number(told()))).toBe(false)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A child of nobody is a zombie until the system's first process takes notice.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
