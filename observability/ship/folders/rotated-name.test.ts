import { expect, test } from 'vitest'
import { LogNames } from './rotated-name.ts'

const byName = new LogNames()

test.each([
  'a.log',
  'a.log.1',
  'a.log.12.gz',
  'a.log-20260131',
  'a.log-20260131.gz',
  'a-20260131.log',
  'a-2026-01-31.log',
])('%s belongs to a.log', (name) => expect(byName.logOf(`/var/log/${name}`)).toBe('/var/log/a.log'))

test.each(['web-1.log', 'a.log/1', 'b.log', 'a.log.old'])('%s does not belong to a.log', (name) =>
  expect(byName.logOf(`/var/log/${name}`)).not.toBe('/var/log/a.log'),
)

test.each([
  ['numbers', ['a.log.10', 'a.log.9.gz', 'a.log.2', 'a.log.1', 'a.log']],
  ['dates', ['a.log-20251231.gz', 'a.log-20260131', 'a.log-20260131-1', 'a.log-20260201', 'a.log']],
  ['dates before the extension', ['a-2025-12-31.log', 'a-2026-01-31.log', 'a.log']],
  ['numbers, and dates since', ['a.log.2', 'a.log.1', 'a.log-20260131', 'a.log']],
])('%s order the files of a log by age', (_, names) => {
  const paths = names.map((name) => `/var/log/${name}`)
  expect(paths.toReversed().sort((one, other) => byName.compareAge(one, other))).toEqual(paths)
  expect(paths.toSorted((one, other) => byName.compareAge(one, other))).toEqual(paths)
})

test('a file and its compressed copy have the same age by name', () => {
  expect(byName.compareAge('/var/log/a.log.1', '/var/log/a.log.1.gz')).toBe(0)
})

test.each([
  [['10.0.0.1', '10.0.0.2']],
  [['worker-1', 'worker-2', 'worker.1', 'worker_2']],
  [['pod-0', 'pod-1']],
  [['node1.log', 'node2.log', 'node-1.log', 'node.2.log']],
  [['app-2024', 'app-2024-01-02.log', 'app-2025']],
  [['x.log-1', 'x.log']],
  [['build-20241399', 'build-20250000']],
])('%j are separate logs', (names) => {
  expect(new Set(names.map((name) => byName.logOf(`/d/${name}`))).size).toBe(names.length)
})

test.each([
  [
    'x.log',
    ['x.log.1', 'x.log.2.gz', 'x.log-20240102', 'x.log-20240102.gz', 'x.log.2024-01-02', 'x.log-1700000000'],
  ],
  ['x.log', ['x-2024-01-02.log', 'x-20240102.log.gz', 'x.2024-01-02.1.log', 'x-20240102.log.3']],
  ['syslog', ['syslog.1', 'syslog.2.gz']],
  ['messages', ['messages-20240102', 'messages.1']],
  ['mail.err', ['mail.err.1', 'mail.err.4.gz']],
])('the rotated files of %s belong to it', (base, names) => {
  expect(names.map((name) => byName.logOf(`/d/${name}`))).toEqual(names.map(() => `/d/${base}`))
})

test('a number after any name is a rotation if the file without the number is known', () => {
  const names = new LogNames((path) => ['/d/worker', '/d/10.0.0.1'].includes(path))
  expect(['worker.1', 'worker.2.gz', '10.0.0.1.1'].map((name) => names.logOf(`/d/${name}`))).toEqual([
    '/d/worker',
    '/d/worker',
    '/d/10.0.0.1',
  ])
  expect(names.logOf('/d/10.0.0.2')).toBe('/d/10.0.0.2')
})

test('a file with a date is live if its log has no file without a date', () => {
  expect(new LogNames().isLive('/d/x-2024-01-02.log')).toBe(true)
  expect(new LogNames((path) => path === '/d/x.log').isLive('/d/x-2024-01-02.log')).toBe(false)
  expect(new LogNames().isLive('/d/x-2024-01-02.log.gz')).toBe(false)
})
