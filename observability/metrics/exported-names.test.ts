import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { registryOfAll } from './test-all-metrics.ts'

/** Prometheus' base units, what counts, and what has no unit. */
const ENDINGS = /_(total|seconds|bytes|ratio|info)$/

test('names follow Prometheus’ rules: counters end with _total, and no other unit than the base units is used', async () => {
  const all = await registryOfAll().registry.getMetricsAsJSON()
  for (const { name, type } of all) {
    if (!name.startsWith('playstream_')) continue
    expect(name).toMatch(/^[a-z]+(_[a-z0-9]+)*$/)
    expect(String(type) === 'counter', name).toBe(name.endsWith('_total'))
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|mb|percent)(_|$)/)
    if (String(type) === 'histogram') expect(name).toMatch(ENDINGS)
  }
})

test('every metric of ours is in the table of docs/operations.md, and the table has no other', async () => {
  const all = await registryOfAll().registry.getMetricsAsJSON()
  const exported = all.map(({ name }) => name).filter((name) => /^(playstream|kafka)_/.test(name))
  const text = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  const documented = [...text.matchAll(/^\| `((?:playstream|kafka)_\w+)`/gm)].map(([, name]) => name)
  expect(documented.sort()).toEqual(exported.sort())
})

test('OpenMetrics output ends as the specification asks', async () => {
  const { text, contentType } = await registryOfAll().scrape('application/openmetrics-text; version=1.0.0')
  expect(contentType).toContain('application/openmetrics-text')
  expect(text).toMatch(/# EOF\n$/)
})
