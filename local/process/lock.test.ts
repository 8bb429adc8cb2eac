import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { isHeld, Lock } from './lock.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

/** A child process that holds the lock. */
async function otherHolder(file: string) {
  const source = new URL('lock.ts', import.meta.url).href
  const script = `
    const { Lock } = await import(${JSON.stringify(source)})
    globalThis.lock = Lock.tryAcquire(${JSON.stringify(file)})
    console.log(globalThis.lock ? 'held' : 'refused')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [said] = await once(child.stdout, 'data')
  return { child, said: String(said).trim() }
}

describe('a lock', () => {
  test('has at most one holder, also within one process', () => {
    const file = join(folder, 'lock.db')
    const lock = Lock.tryAcquire(file)
    expect(lock).toBeDefined()
    expect(Lock.tryAcquire(file)).toBeUndefined()
    lock?.release()
    const next = Lock.tryAcquire(file)
    expect(next).toBeDefined()
    next?.release()
  })

  test('of one file is independent of a lock of another file', () => {
    const one = Lock.tryAcquire(join(folder, 'one.db'))
    const other = Lock.tryAcquire(join(folder, 'other.db'))
    expect(other).toBeDefined()
    one?.release()
    other?.release()
  })

  test('creates its folder', () => {
    const lock = Lock.tryAcquire(join(folder, 'a', 'b', 'lock.db'))
    expect(lock).toBeDefined()
    lock?.release()
  })

  test('does not change when a process asks whether it is held', () => {
    const file = join(folder, 'lock.db')
    expect([isHeld(file), isHeld(file)]).toEqual([false, false])
    const lock = Lock.tryAcquire(file)
    expect([isHeld(file), isHeld(file)]).toEqual([true, true])
    lock?.release()
    expect(isHeld(file)).toBe(false)
  })

  test('on a file that is not a lock throws, and does not count as held', () => {
    const file = join(folder, 'lock.db')
    writeFileSync(file, 'not a database, and long enough to tell: '.repeat(100))
    expect(() => Lock.tryAcquire(file)).toThrow()
  })
})

describe('a lock shared by two processes', () => {
  test('is refused to the second process, and free as soon as the first is killed', async () => {
    const file = join(folder, 'lock.db')
    const { child, said } = await otherHolder(file)
    expect(said).toBe('held')
    expect(Lock.tryAcquire(file)).toBeUndefined()
    expect(isHeld(file)).toBe(true)
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
    const lock = Lock.tryAcquire(file)
    expect(lock).toBeDefined()
    lock?.release()
  })

  test('is refused to another process while this one holds it, even after this one tried to acquire it twice', async () => {
    const file = join(folder, 'lock.db')
    const lock = Lock.tryAcquire(file)
    expect([Lock.tryAcquire(file), isHeld(file)]).toEqual([undefined, true])
    expect((await otherHolder(file)).said).toBe('refused')
    lock?.release()
  })
})
