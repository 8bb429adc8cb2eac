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

test('a record has the line’s fields as JSON, the host as key, and the file and offset as identity', () => {
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

test('a record of last year’s line has the current time as its timestamp, and the line’s time in its value', () => {
  const { timestamp, value } = record()
  expect(timestamp).toBe(NOW)
  expect(JSON.parse(String(value)).timestamp).toBe(LINE.timestamp)
})

test('a line without a time has the current time', () => {
  expect(JSON.parse(String(record({ timestamp: null }).value)).timestamp).toBe(NOW)
})
