import { expect, test } from 'vitest'
import { TestDriver } from '../../streams/runtime/test-driver.ts'
import { FILE_MEMORY_MS, logsDedup } from './dedup-processor.ts'

const driver = () => new TestDriver(logsDedup, { retentionMs: FILE_MEMORY_MS })

function line(file: string, offset: number) {
  return {
    key: Buffer.from('host'),
    value: Buffer.from(`${file} ${offset}`),
    timestamp: 9_000,
    headers: [[Buffer.from('line'), Buffer.from(`${file}:${offset}`)]] as [Buffer, Buffer][],
  }
}

function passed(from: TestDriver<number>): string[] {
  return from.outputOf('logs').map(({ value }) => String(value))
}

test('lines that are sent again pass once, independently for each file', () => {
  const logs = driver()
  for (const [file, offset] of [
    ['a', 0],
    ['a', 10],
    ['b', 0],
    ['a', 0],
    ['a', 10],
    ['a', 20],
    ['b', 0],
    ['b', 5],
  ] as const)
    logs.pipe(line(file, offset))
  logs.commit()
  expect(passed(logs)).toEqual(['a 0', 'a 10', 'b 0', 'a 20', 'b 5'])
})

test('an aborted line passes again, and a committed one does not, also after a restart', () => {
  const logs = driver()
  logs.pipe(line('a', 0))
  logs.commit()
  logs.pipe(line('a', 10))
  logs.abort()
  logs.commit()
  logs.restart()
  logs.pipeAll([line('a', 0), line('a', 10), line('a', 20)])
  logs.commit()
  expect(passed(logs)).toEqual(['a 0', 'a 10', 'a 20'])
})

test('a line passes unchanged', () => {
  const logs = driver()
  const sent = line('a', 0)
  logs.pipe(sent)
  logs.commit()
  expect(logs.output).toMatchObject([sent])
})

test('a record without an identity becomes a dead letter', () => {
  const logs = driver()
  logs.pipe({ ...line('a', 0), headers: [] })
  logs.commit()
  expect(logs.deadLetters).toHaveLength(1)
  expect(passed(logs)).toEqual([])
})
