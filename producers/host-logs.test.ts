import { describe, expect, test } from 'vitest'
import { lineReader } from '../observability/formats/line-reader.ts'
import { UTC } from '../observability/formats/time/time-zone.ts'
import { SshClassifier } from '../observability/ssh/sessions/classifier.ts'
import type { SshEvent } from '../observability/ssh/sessions/event.ts'
import { type HostLogOptions, HostLogs } from './host-logs.ts'
import { LOG_FORMATS, lineWriter } from './log-format.ts'
import { ATTACK_KINDS } from './ssh-attack.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const OPTIONS: HostLogOptions = { seed: 7, start: START, linesPerSecond: 50, hosts: 6, attackRatio: 0.1 }

function generate(count: number, options: Partial<HostLogOptions> = {}) {
  const logs = new HostLogs({ ...OPTIONS, ...options })
  const lines = Array.from({ length: count }, () => logs.next())
  return { lines, planted: logs.planted }
}

/** The classifier's events for generated lines. */
function classified(count: number, options: Partial<HostLogOptions> = {}) {
  const { lines, planted } = generate(count, options)
  const read = lineReader('auto', { zone: UTC, reference: () => START + 86_400_000 })
  const classifier = new SshClassifier('normal')
  const write = lineWriter('iso')
  const events = lines.flatMap((line) => classifier.classify(read(write(line))) ?? [])
  return { planted, events }
}

function byAddress(events: readonly SshEvent[]): Map<string, SshEvent[]> {
  return Map.groupBy(events, ({ remoteAddress }) => remoteAddress ?? '')
}

describe('generated host logs', () => {
  test('the same seed gives the same lines, another seed gives others', () => {
    expect(generate(2_000)).toEqual(generate(2_000))
    expect(generate(100).lines).not.toEqual(generate(100, { seed: 8 }).lines)
  })

  test('lines start at the start time, keep the rate and cover all hosts', () => {
    const { lines } = generate(2_000)
    expect(lines.map(({ timestamp }) => timestamp)).toEqual(lines.map((_, index) => START + index * 20))
    expect(new Set(lines.map(({ host }) => host)).size).toBe(6)
  })

  test.each(LOG_FORMATS)('lines in format %s are parsed back to their fields', (format) => {
    const read = lineReader('auto', { zone: UTC, reference: () => START + 86_400_000 })
    const write = lineWriter(format)
    for (const line of generate(1_000).lines) {
      const { timestamp, host, app, pid, message } = read(write(line))
      const expected = format === 'rfc3164' ? Math.floor(line.timestamp / 1000) * 1000 : line.timestamp
      expect({ timestamp, host, app, pid, message }).toEqual({
        timestamp: expected,
        host: line.host,
        app: line.app,
        pid: line.pid,
        message: line.message,
      })
    }
  })
})

describe('planted attacks', () => {
  test('every kind of attack is planted, each attack from its own address', () => {
    const { planted } = generate(40_000)
    expect(new Set(planted.map(({ kind }) => kind))).toEqual(new Set(ATTACK_KINDS))
    expect(new Set(planted.map(({ address }) => address)).size).toBe(planted.length)
  })

  test.each([0, 7, 8])('the classifier finds every attempt of every planted attack (seed %i)', (seed) => {
    const { planted, events } = classified(40_000, { seed })
    const found = byAddress(events)
    for (const { kind, address, hosts, users, attempts, first, last } of planted) {
      const own = found.get(address) ?? []
      const failures = own.filter(({ outcome }) => outcome === 'failure')
      const counted = failures.reduce((sum, event) => sum + (event.attempts ?? 0), 0)
      // The classifier counts an invalid user at its announcement, which may be the last generated line.
      expect(counted - attempts, address).toBeGreaterThanOrEqual(0)
      expect(counted - attempts, address).toBeLessThanOrEqual(1)
      expect([...new Set(own.map(({ host }) => host))].sort()).toEqual(hosts)
      expect([...new Set(own.flatMap(({ user }) => user ?? []))].sort()).toEqual(users)
      expect(Date.parse(own[0]?.time ?? '')).toBe(first)
      expect(Date.parse(own.at(-1)?.time ?? '')).toBe(last)
      if (kind !== 'success-after-failures')
        expect(own.some(({ outcome }) => outcome === 'success')).toBe(false)
    }
  })

  test('only attackers fail five times or more', () => {
    const { planted, events } = classified(60_000)
    const attackers = new Set(planted.map(({ address }) => address))
    for (const [address, own] of byAddress(events)) {
      if (attackers.has(address)) continue
      const failures = own.filter(({ outcome }) => outcome === 'failure')
      expect(failures.reduce((sum, event) => sum + (event.attempts ?? 0), 0)).toBeLessThan(5)
    }
  })

  test('attacks cause the requested share of the lines', () => {
    const { planted } = generate(40_000, { attackRatio: 0.3 })
    const share = planted.reduce((sum, { lines }) => sum + lines, 0) / 40_000
    expect(share).toBeGreaterThan(0.27)
    expect(share).toBeLessThan(0.33)
  })

  test('no attack is planted with an attack ratio of 0', () => {
    expect(generate(2_000, { attackRatio: 0 }).planted).toEqual([])
  })

  test('a complete attack has at least five attempts', () => {
    const { planted } = generate(60_000)
    const over = planted.filter(({ complete }) => complete)
    expect(over.length).toBeGreaterThan(20)
    expect(Math.min(...over.map(({ attempts }) => attempts))).toBeGreaterThanOrEqual(5)
  })
})
