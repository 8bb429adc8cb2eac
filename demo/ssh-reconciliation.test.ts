import { describe, expect, test } from 'vitest'
import { testReport } from '../observability/alerts/test-report.ts'
import type { AttackReport } from '../observability/ssh/attacks/attack-report.ts'
import type { PlantedAttack } from '../producers/ssh-attack.ts'
import { reconcileSsh } from './ssh-reconciliation.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const OPTIONS = { maxFailures: 5, from: START }

function planted(address: string, change: Partial<PlantedAttack> = {}): PlantedAttack {
  return {
    kind: 'brute-force',
    address,
    hosts: ['web-1'],
    users: ['root'],
    attempts: 20,
    lines: 60,
    first: START,
    last: START + 5_000,
    complete: true,
    ...change,
  }
}

function reported(address: string, change: Partial<AttackReport> = {}): AttackReport {
  return testReport({
    id: `address ${address}`,
    addresses: [address],
    last: new Date(START + 1_000).toISOString(),
    ...change,
  })
}

const counts = ({ problems: _, ...rest }: ReturnType<typeof reconcileSsh>) => rest

describe('reconciliation of the detector', () => {
  test('succeeds when each planted attack was reported at least once, and nothing else', () => {
    const reports = [reported('a'), reported('a', { state: 'grown' }), reported('b')]
    expect(reconcileSsh([planted('a'), planted('b')], reports, OPTIONS)).toEqual({
      planted: 2,
      detected: 2,
      missed: 0,
      falseAlarms: 0,
      problems: [],
    })
  })

  test('names the missed attack and the false alarm', () => {
    const result = reconcileSsh([planted('a')], [reported('stranger')], OPTIONS)
    expect(counts(result)).toEqual({ planted: 1, detected: 0, missed: 1, falseAlarms: 1 })
    expect(result.problems).toEqual([
      'the planted attack from a was not detected',
      'an attack was reported that was not planted: address stranger',
    ])
  })

  test('an attack cut off before the outcome of its fifth attempt is neither expected nor a false alarm', () => {
    const short = planted('a', { attempts: 4, complete: false })
    for (const reports of [[], [reported('a')]])
      expect(counts(reconcileSsh([short], reports, OPTIONS))).toEqual({
        planted: 0,
        detected: 0,
        missed: 0,
        falseAlarms: 0,
      })
  })

  test('a report on a complete attack below the threshold is a false alarm', () => {
    expect(reconcileSsh([planted('a', { attempts: 4 })], [reported('a')], OPTIONS).falseAlarms).toBe(1)
  })

  test('an attack reported on a host is correct only if one was planted there', () => {
    const onHost = (host: string) => reported('a', { scope: 'host', hosts: [host] })
    expect(reconcileSsh([planted('a')], [reported('a'), onHost('web-1')], OPTIONS).falseAlarms).toBe(0)
    expect(reconcileSsh([planted('a')], [reported('a'), onHost('db-1')], OPTIONS).problems).toEqual([
      'an attack was reported that was not planted: host db-1',
    ])
  })

  test('reports that close an earlier run’s attacks are ignored', () => {
    const old = reported('stranger', { state: 'closed', last: new Date(START - 1).toISOString() })
    expect(reconcileSsh([], [old], OPTIONS).falseAlarms).toBe(0)
  })
})
