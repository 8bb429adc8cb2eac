import type { AttackReport } from '../ssh/attacks/attack-report.ts'

/** A report of an attack of five attempts, with changes. */
export function testReport(change: Partial<AttackReport> = {}): AttackReport {
  return {
    id: 'address 203.0.113.9 2026-01-01T00:00:00.000Z',
    scope: 'address',
    state: 'open',
    kind: 'brute-force',
    severity: 'warning',
    attempts: 5,
    users: ['root'],
    hosts: ['web-1'],
    addresses: ['203.0.113.9'],
    first: '2026-01-01T00:00:00.000Z',
    last: '2026-01-01T00:00:04.000Z',
    ...change,
  }
}
