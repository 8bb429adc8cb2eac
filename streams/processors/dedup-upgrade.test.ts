import { describe, expect, test } from 'vitest'
import { withEventTime } from '../../kafka/protocol/event-time-header.ts'
import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import { Task } from '../runtime/task.ts'
import { dedup, type RetentionMode } from './dedup.ts'

const RETENTION = 1_800_000
const NOW = Date.UTC(2026, 10, 26)
const MICROSECONDS = NOW * 1_000
const UNIQUE = 'transactions-unique'
const topology = {
  input: 'transactions-by-id',
  deadLetters: 'transactions-by-id-dlq',
  changelogs: { main: 'changelog' },
  retentionMs: RETENTION,
  route: (topic: string) => ({ topic, partition: 0 }),
}

function double(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(8 * numbers.length)
  for (const [index, number] of numbers.entries()) bytes.writeDoubleBE(number, 8 * index)
  return bytes
}

/** A changelog of a release whose stream time was the records' own time: entries, and stream time under the empty key. */
function oldChangelog(ids: Readonly<Record<string, readonly [forgetAt: number, at: number]>>, time: number) {
  const entries = Object.entries(ids).map(([id, [forgetAt, at]]) => [id, double(forgetAt, at, at)] as const)
  return [...entries, ['', double(time)] as const].map(
    ([key, value], offset): StreamRecord => ({
      partition: 0,
      offset,
      timestamp: NOW,
      headers: [],
      key: Buffer.from(key),
      value,
    }),
  )
}

function taskWith(changelog: readonly StreamRecord[], mode: RetentionMode = 'fixed') {
  const task = new Task(dedup({ retentionMs: RETENTION, mode }), topology, 0)
  task.restore(changelog)
  return task
}

/** A record of this release, appended at its own time. */
function today(id: string, at: number): StreamRecord {
  const headers = withEventTime([], at)
  return {
    partition: 0,
    offset: 0,
    timestamp: at,
    appendedAt: at,
    key: Buffer.from(id),
    value: Buffer.alloc(0),
    headers,
  }
}

/** A record of an earlier release: with its producer's time and no header. */
function former(id: string, at: number): StreamRecord {
  return { partition: 0, offset: 0, timestamp: at, key: Buffer.from(id), value: Buffer.alloc(0), headers: [] }
}

function passed(output: readonly OutputRecord[]): string[] {
  return output.filter(({ topic }) => topic === UNIQUE).map(({ key }) => String(key))
}

/** The changelog with the output added, compacted to the last record of each key. */
function compacted(changelog: readonly StreamRecord[], output: readonly OutputRecord[]): StreamRecord[] {
  const written = output.filter(({ topic }) => topic === 'changelog')
  const last = new Map([...changelog, ...written].map((record) => [String(record.key), record]))
  return [...last.values()].map((record, offset) => ({ ...record, offset }))
}

describe.each(['fixed', 'sliding'] as const)(
  'the changelog of an earlier release, with the retention %s',
  (mode) => {
    test('whose stream time was moved far ahead by a record in microseconds: ids are forgotten and kept by the broker’s clock', () => {
      const far = MICROSECONDS + RETENTION
      const changelog = oldChangelog({ honest: [far, NOW - 1], poison: [far, MICROSECONDS] }, MICROSECONDS)
      const task = taskWith(changelog, mode)
      expect(passed(task.process([today('honest', NOW), today('poison', NOW), today('new', NOW)]))).toEqual([
        'new',
      ])
      expect(task.store.streamTime).toBe(NOW)
      expect(passed(task.process([today('new', NOW + 1), today('last', NOW + RETENTION + 10_000)]))).toEqual([
        'last',
      ])
      expect(task.store.size).toBe(1)
    })

    test('does not renew ids that would never expire at each restart', () => {
      let changelog = oldChangelog({ poison: [MICROSECONDS, MICROSECONDS] }, MICROSECONDS)
      let task = taskWith(changelog, mode)
      for (let restarts = 0; restarts <= 10; restarts += 1) {
        changelog = compacted(changelog, task.process([today('clock', NOW + restarts * (RETENTION / 8))]))
        task = taskWith(changelog, mode)
      }
      expect(task.store.get(Buffer.from('poison'))).toBeUndefined()
    })

    test('written with right clocks: its ids are suppressed until their time is over', () => {
      const changelog = oldChangelog({ a: [NOW - 1_000 + RETENTION, NOW - 1_000] }, NOW - 1_000)
      const task = taskWith(changelog, mode)
      expect(passed(task.process([today('a', NOW), today('b', NOW)]))).toEqual(['b'])
      const later = taskWith(changelog, mode)
      expect(
        passed(later.process([today('b', NOW - 1_000 + RETENTION), today('a', NOW - 1_000 + RETENTION)])),
      ).toEqual(['b', 'a'])
    })

    test('followed by unread records of that release, some with wrong times: they are processed first, then the broker’s clock counts', () => {
      const times = [NOW - 5, -1, 0, MICROSECONDS, NOW / 1_000, NOW - 4]
      const task = taskWith([], mode)
      const records = times.flatMap((time, at) => [former(`id-${at}`, time), former('same', time)])
      const ids = times.map((_, at) => `id-${at}`)
      expect(passed(task.process(records))).toEqual([ids[0], 'same', ...ids.slice(1)])
      expect(passed(task.process([...ids, 'same'].map((id) => today(id, NOW))))).toEqual([])
      task.process([today('last', NOW + RETENTION + 10_000)])
      expect(task.store.size).toBe(1)
    })
  },
)

test('a shorter retention also shortens the retention of ids that are already in the store', () => {
  const changelog = oldChangelog({ a: [NOW + 24 * RETENTION, NOW] }, NOW)
  const task = taskWith(changelog)
  task.process([today('b', NOW)])
  task.process([today('c', NOW + RETENTION + 10_000)])
  expect(task.store.get(Buffer.from('a'))).toBeUndefined()
})
