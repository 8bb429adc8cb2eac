import { expect, test } from 'vitest'
import type { LogLine } from '../formats/log-line.ts'
import { RecordWriter } from './log-record.ts'

const NOW = Date.parse('2026-06-01T00:00:00Z')
const LINE = {
  timestamp: Date.parse('2025-06-01T00:00:00Z'),
  host: null,
  app: 'sshd',
  pid: 7,
  facility: 'auth',
  severity: null,
  message: 'quoted "and" \u0000',
  remoteAddress: null,
  format: 'rfc3164',
  readable: true,
} as const
const SOURCE = { id: 'shipper-1-abc', file: '/var/log/auth.log', offset: 12, isCut: false, isPartial: false }

function record(fields: Partial<LogLine> = {}) {
  const writer = new RecordWriter({ topic: 'logs', partitions: 6, host: 'here' })
  return writer.record({ ...LINE, ...fields }, SOURCE, NOW)
}

test('a record has its line’s fields as JSON, its host as key, and its file and offset as identity', () => {
  const { key, value, headers, topic } = record()
  expect(topic).toBe('logs')
  expect(String(key)).toBe('here')
  expect(headers.map(([name, text]) => [String(name), String(text)])).toEqual([['line', 'shipper-1-abc:12']])
  expect(JSON.parse(String(value))).toEqual({
    timestamp: LINE.timestamp,
    host: 'here',
    app: 'sshd',
    pid: 7,
    facility: 'auth',
    severity: null,
    message: LINE.message,
    source: { file: '/var/log/auth.log', offset: 12 },
  })
})

test('a log of last year is kept as long as one of today: the record is of now, its line of then', () => {
  const { timestamp, value } = record()
  expect(timestamp).toBe(NOW)
  expect(JSON.parse(String(value)).timestamp).toBe(LINE.timestamp)
})

test('a line that tells no time is of now', () => {
  expect(JSON.parse(String(record({ timestamp: null }).value)).timestamp).toBe(NOW)
})
