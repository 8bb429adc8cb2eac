import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Reconciliation } from '../../demo/reconciliation.ts'
import type { Home } from '../../local/home.ts'
import { isHeld } from '../../local/process/lock.ts'
import { freeBase } from '../../local/process/ports.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import type { Counts, HistoryPoint } from '../../observability/dashboard/protocol.ts'
import { scrape, sumOf } from '../../observability/metrics/test-scrape.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

let home: Home
let base: string

beforeEach(async () => {
  home = temporaryHome()
  base = String(await freeBase())
})

afterEach(async () => {
  if (isHeld(home.lock)) await playstream(home, 'down')
  rmSync(home.folder, { recursive: true, force: true })
})

test('after the final check the metrics, the page and --json agree to the record', async () => {
  const options = ['--for', '5s', '--rate', '300', '--linger', '5m', '--json']
  const ports = ['--port-base', base, '--metrics-port', '0', '--dashboard-port', '0']
  const demo = new Playstream(home, ['start', ...options, ...ports])
  const [, metricsUrl = ''] = /(http:\S+)\/metrics/.exec(await demo.says(/metrics at /)) ?? []
  expect((await fetch(`${metricsUrl}/readyz`)).status).toBe(503)
  const [, pageUrl = ''] = /(http:\S+)/.exec(await demo.says(/dashboard {2}http/)) ?? []
  await vi.waitUntil(async () => (await fetch(`${metricsUrl}/readyz`)).ok, { timeout: 30_000, interval: 100 })
  await demo.says(/^\{/)
  const { ok, produced, consumed, dedup, logs } = demo.json<Reconciliation>()
  expect(ok).toBe(true)

  const scraped = await scrape(metricsUrl)
  const value = (name: string, labels?: Record<string, string>) => sumOf(scraped, name, labels)
  const acknowledged = 'playstream_producer_records_acknowledged_total'
  const written = (topic: string) =>
    value('playstream_processor_output_records_total', { processor: 'transactions-dedup', topic })
  expect({
    gameEvents: value(acknowledged, { topic: 'game-events' }),
    transactions: value(acknowledged, { topic: 'transactions' }),
    checked: value('playstream_order_checked_events_total'),
    violations: value('playstream_order_violations_total'),
    passed: written('transactions-unique'),
    suppressed: value('playstream_duplicates_total', { processor: 'transactions-dedup' }),
    deadLettered: value('playstream_processor_dead_letters_total'),
    lines: value('playstream_shipper_lines_shipped_total'),
  }).toEqual({
    gameEvents: produced.gameEvents,
    transactions: produced.transactions,
    checked: consumed.gameEvents,
    violations: consumed.orderViolations,
    passed: dedup.passed,
    suppressed: dedup.suppressed,
    deadLettered: dedup.deadLettered,
    lines: logs.shipped,
  })
  expect(written('transactions-duplicates')).toBe(dedup.suppressed)
  expect(value('playstream_consumergroup_verdict')).toBeGreaterThan(0)

  const expected: Counts = {
    gameEvents: produced.gameEvents,
    transactions: produced.transactions,
    unique: dedup.passed,
    duplicates: dedup.suppressed,
    malformed: dedup.deadLettered,
    logLines: logs.lines,
    deadLetters: dedup.deadLettered,
  }
  await vi.waitFor(
    async () => {
      const history = (await (await fetch(`${pageUrl}/api/history`)).json()) as HistoryPoint[]
      expect(history.at(-1)?.counts).toEqual(expected)
    },
    { timeout: 20_000, interval: 500 },
  )
  const onPage = sumOf(await scrape(pageUrl), acknowledged, { topic: 'game-events' })
  expect(onPage).toBe(produced.gameEvents)

  demo.process.kill('SIGINT')
  expect(await demo.ended).toBe(0)
  await expect(fetch(metricsUrl)).rejects.toThrow()
})
