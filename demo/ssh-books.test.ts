import { describe, expect, test } from 'vitest'
import type { AttackReport } from '../observability/ssh/attack-report.ts'
import type { PlantedAttack } from '../producers/ssh-attack.ts'
import { sshBooks } from './ssh-books.ts'

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
  return {
    id: `address ${address}`,
    scope: 'address',
    state: 'open',
    kind: 'brute-force',
    severity: 'warning',
    attempts: 5,
    users: ['root'],
    hosts: ['web-1'],
    addresses: [address],
    first: new Date(START).toISOString(),
    last: new Date(START + 1_000).toISOString(),
    ...change,
  }
}

const figures = ({ problems: _, ...rest }: ReturnType<typeof sshBooks>) => rest

describe('the books of the detector', () => {
  test('balance where each planted attack was reported, however often, and nothing else', () => {
    const reports = [reported('a'), reported('a', { state: 'grown' }), reported('b')]
    expect(sshBooks([planted('a'), planted('b')], reports, OPTIONS)).toEqual({
      planted: 2,
      detected: 2,
      missed: 0,
      falseAlarms: 0,
      problems: [],
    })
  })

  test('name the attack that was missed, and the one that never was', () => {
    const books = sshBooks([planted('a')], [reported('stranger')], OPTIONS)
    expect(figures(books)).toEqual({ planted: 1, detected: 0, missed: 1, falseAlarms: 1 })
    expect(books.problems).toEqual([
      'the planted attack from a was not detected',
      'an attack was reported that was not planted: address stranger',
    ])
  })

  test('neither expect nor refuse an attack that was cut off before the last word on its fifth attempt', () => {
    const short = planted('a', { attempts: 4, complete: false })
    for (const reports of [[], [reported('a')]])
      expect(figures(sshBooks([short], reports, OPTIONS))).toEqual({
        planted: 0,
        detected: 0,
        missed: 0,
        falseAlarms: 0,
      })
  })

  test('call it a false alarm where one that is over had fewer attempts than an attack takes', () => {
    expect(sshBooks([planted('a', { attempts: 4 })], [reported('a')], OPTIONS).falseAlarms).toBe(1)
  })

  test('take an attack on a host for right where one was planted there', () => {
    const onHost = (host: string) => reported('a', { scope: 'host', hosts: [host] })
    expect(sshBooks([planted('a')], [reported('a'), onHost('web-1')], OPTIONS).falseAlarms).toBe(0)
    expect(sshBooks([planted('a')], [reported('a'), onHost('db-1')], OPTIONS).problems).toEqual([
      'an attack was reported that was not planted: host db-1',
    ])
  })

  test('leave out what is said of an earlier run’s attacks when they close', () => {
    const old = reported('stranger', { state: 'closed', last: new Date(START - 1).toISOString() })
    expect(sshBooks([], [old], OPTIONS).falseAlarms).toBe(0)
  })
})
