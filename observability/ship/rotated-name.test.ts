import { expect, test } from 'vitest'
import { logOf } from './rotated-name.ts'

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
