import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { generateLogs } from './generate-logs.ts'
import { LogFile, ROTATIONS } from './log-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const OPTIONS = {
  seed: 7,
  start: 0,
  hosts: 3,
  attackRatio: 0.2,
  format: 'iso',
  rate: Number.POSITIVE_INFINITY,
  count: 2_500,
  durationMs: Number.POSITIVE_INFINITY,
  rotateEvery: 1_000,
  signal: new AbortController().signal,
} as const

async function generated(): Promise<string> {
  let text = ''
  const sink = {
    append: async (part: string) => {
      text += part
    },
    rotate: async () => {},
  }
  await generateLogs(sink, OPTIONS)
  return text
}

describe.each(ROTATIONS)('a log file rotated by %s', (rotation) => {
  test('the newest lines are in the file, older lines in files with higher numbers, none lost', async () => {
    const path = join(folder, 'auth.log')
    const file = await LogFile.open(path, rotation)
    const outcome = await generateLogs(file, OPTIONS)
    await file.close()
    expect(readdirSync(folder).sort()).toEqual(['auth.log', 'auth.log.1', 'auth.log.2'])
    const parts = ['auth.log.2', 'auth.log.1', 'auth.log'].map((name) =>
      readFileSync(join(folder, name), 'utf8'),
    )
    expect(parts.map((part) => part.split('\n').length - 1)).toEqual([1_000, 1_000, 500])
    expect(parts.join('')).toBe(await generated())
    expect(outcome.lines).toBe(2_500)
    expect(file.rotations).toBe(2)
  })

  test('numbering continues after an earlier run', async () => {
    const path = join(folder, 'auth.log')
    for (const text of ['a\n', 'b\n', 'c\n']) {
      const file = await LogFile.open(path, rotation)
      await file.append(text)
      await file.rotate()
      await file.close()
    }
    const contents = readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(contents).toEqual(['', 'c\n', 'b\n', 'a\n'])
  })
})

describe('log generation', () => {
  test('an aborted generation reports the lines written so far', async () => {
    const stop = new AbortController()
    const sink = { append: async () => stop.abort(), rotate: async () => {} }
    const { lines } = await generateLogs(sink, { ...OPTIONS, count: 1e9, signal: stop.signal })
    expect(lines).toBe(1_000)
  })

  test('generation ends after its duration', async () => {
    const sink = { append: async () => {}, rotate: async () => {} }
    const { lines } = await generateLogs(sink, { ...OPTIONS, count: 1e9, rate: 100, durationMs: 200 })
    expect(lines).toBeLessThan(1_000)
  })
})
