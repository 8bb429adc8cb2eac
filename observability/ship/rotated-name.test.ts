import { expect, test } from 'vitest'
import { compareAge, logOf } from './rotated-name.ts'

test.each([
  'a.log',
  'a.log.1',
  'a.log.12.gz',
  'a.log-20260131',
  'a.log-20260131.gz',
  'a-20260131.log',
  'a-2026-01-31.log',
])('%s is a file of a.log', (name) => expect(logOf(`/var/log/${name}`)).toBe('/var/log/a.log'))

test.each(['web-1.log', 'a.log/1', 'b.log', 'a.log.old'])('%s is none', (name) =>
  expect(logOf(`/var/log/${name}`)).not.toBe('/var/log/a.log'),
)

test.each([
  ['numbers', ['a.log.10', 'a.log.9.gz', 'a.log.2', 'a.log.1', 'a.log']],
  ['dates', ['a.log-20251231.gz', 'a.log-20260131', 'a.log-20260131-1', 'a.log-20260201', 'a.log']],
  ['dates before the extension', ['a-2025-12-31.log', 'a-2026-01-31.log', 'a.log']],
  ['numbers, and dates since', ['a.log.2', 'a.log.1', 'a.log-20260131', 'a.log']],
])('%s tell which of a log’s files is older', (_, names) => {
  const paths = names.map((name) => `/var/log/${name}`)
  expect(paths.toReversed().sort(compareAge)).toEqual(paths)
  expect(paths.toSorted(compareAge)).toEqual(paths)
})

test('the names of two logs of one age tell nothing', () => {
  expect(compareAge('/var/log/a.log.1', '/var/log/a.log.1.gz')).toBe(0)
})
