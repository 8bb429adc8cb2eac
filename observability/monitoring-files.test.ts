import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { processors } from '../catalog/processors.ts'
import { dashboards } from './grafana/files.ts'
import { registryOfAll } from './metrics/test-all-metrics.ts'
import { monitoringFiles, textOf } from './monitoring-files.ts'
import { alertRules } from './prometheus/alert-rules.ts'
import { recordingRules } from './prometheus/recording-rules.ts'
import { targets } from './prometheus/targets.ts'
import { ALERT_CASES } from './prometheus/test-alert-cases.ts'
import { CALM } from './prometheus/timing.ts'

const here = import.meta.dirname

test('the files of Prometheus and Grafana are what npm run monitoring writes', () => {
  const found = globSync(['prometheus/**/*.yaml', 'grafana/**/*.{yaml,json}'], { cwd: here })
  expect(found.sort()).toEqual([...monitoringFiles().keys()].sort())
  for (const [path, text] of monitoringFiles())
    expect(readFileSync(join(here, path), 'utf8'), path).toBe(text)
})

test('every processor of the catalog is scraped', () => {
  const jobs = targets.map(({ job }) => job)
  for (const { application } of processors) expect(jobs).toContain(`playstream-${application}`)
})

describe('queries', () => {
  const queries = [
    ...recordingRules(CALM).map(({ expr }) => expr),
    ...alertRules(CALM).map(({ expr }) => expr),
    ...dashboards.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr))),
  ]
  let exported: Set<string>

  beforeAll(async () => {
    const { text } = await registryOfAll().scrape(undefined)
    const typed = [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)]
    exported = new Set([
      'up',
      ...typed.map(([, name]) => name as string),
      ...typed
        .filter(([, , type]) => type === 'histogram' || type === 'summary')
        .flatMap(([, name]) => ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`)),
      ...recordingRules(CALM).map(({ record }) => record),
    ])
  })

  test.each(queries)('%s names only metrics that are exported', (query) => {
    const names = metricsIn(query)
    expect(names).not.toEqual([])
    expect(names.filter((name) => !exported.has(name))).toEqual([])
  })

  test('the names in a query are found without its functions, labels and strings', () => {
    const query = 'sum by (le) (rate(a_total{topic=~"b_total"}[5m])) / c:d:rate > on (topic) up'
    expect(metricsIn(query)).toEqual(['a_total', 'c:d:rate', 'up'])
  })
})

/** The names of metrics in a query: what is left without strings, labels, ranges, functions and keywords. */
function metricsIn(query: string): string[] {
  const bare = query
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replace(/\b(by|on|without|ignoring) *\([^)]*\)/g, ' ')
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*(?! *\()/g)]
    .filter(({ index, 0: name }) => !/^[\w:]* *\(/.test(bare.slice(index + name.length)))
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'time', 'sum', 'max', 'count'].includes(name))
}

test('no panel lies on another or outside the grid', () => {
  for (const [path, text] of monitoringFiles()) {
    if (!path.startsWith('grafana/dashboards/')) continue
    const { panels } = JSON.parse(text) as { panels: { gridPos: Record<'x' | 'y' | 'w' | 'h', number> }[] }
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    )
    expect(new Set(cells).size, path).toBe(cells.length)
    expect(cells.every((cell) => Number.parseInt(cell, 10) < 24)).toBe(true)
  }
})

const hasPromtool = spawnSync('promtool', ['--version']).status === 0

describe.skipIf(!hasPromtool)('promtool (skipped where Prometheus is not installed)', () => {
  test('accepts the configuration and the rules', () => {
    const folder = join(here, 'prometheus')
    const run = (...args: string[]) => execFileSync('promtool', args, { cwd: folder, encoding: 'utf8' })
    expect(run('check', 'config', 'prometheus.yaml')).toContain('2 rule files found')
    expect(run('check', 'rules', 'alert-rules.yaml')).toContain(`${alertRules(CALM).length} rules found`)
  })

  test('sees each alert fire under its fault, and no alert otherwise', () => {
    const faulty = ALERT_CASES.filter(({ alert }) => alert !== undefined).map(({ alert }) => alert)
    expect([...new Set(faulty)].sort()).toEqual(
      alertRules(CALM)
        .map(({ alert }) => alert)
        .sort(),
    )
    const folder = mkdtempSync(join(tmpdir(), 'playstream-rules-'))
    try {
      const names = alertRules(CALM).map(({ alert }) => alert)
      const file = join(folder, 'rules-test.yaml')
      const tests = ALERT_CASES.map(({ name, series, alert, labels, after }) => ({
        name,
        interval: '15s',
        input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
        alert_rule_test: names.map((alertname) => ({
          eval_time: after,
          alertname,
          exp_alerts: alertname === alert ? [expectedOf(alertname, labels ?? {})] : [],
        })),
      }))
      writeFileSync(
        file,
        textOf('rules-test.yaml', { rule_files: [join(here, 'prometheus/alert-rules.yaml')], tests }),
      )
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
      expect(status, stdout + stderr).toBe(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

/** An expected alert. Its annotations are not compared with themselves: only their values are filled in. */
function expectedOf(name: string, { value = '', ...labels }: Record<string, string>) {
  const rules = parse(readFileSync(join(here, 'prometheus/alert-rules.yaml'), 'utf8')) as {
    groups: { rules: ReturnType<typeof alertRules>[number][] }[]
  }
  const rule = rules.groups[0]?.rules.find(({ alert }) => alert === name)
  const filled = (text: string) =>
    text
      .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label) => labels[label] ?? '')
      .replaceAll('{{ $value }}', value)
  return {
    exp_labels: { ...rule?.labels, ...labels },
    exp_annotations: Object.fromEntries(
      Object.entries(rule?.annotations ?? {}).map(([key, text]) => [key, filled(text)]),
    ),
  }
}
