import { type Piped, TestDriver } from '../../../streams/runtime/test-driver.ts'
import type { SshEvent } from '../sessions/event.ts'
import { attackProcessor } from './attack-processor.ts'
import type { AttackReport } from './attack-report.ts'

export const OPTIONS = { windowMs: 1_000, maxFailures: 5 }
export const PEER = '203.0.113.9'

/** A record of `ssh-events`: a failure of one attempt, at a time in ms. */
export function failure(at: number, event: Partial<SshEvent> = {}): Piped {
  const value = {
    time: null,
    host: 'web-1',
    pid: 1,
    kind: 'failed-authentication',
    outcome: 'failure',
    user: 'root',
    remoteAddress: PEER,
    preauth: false,
    attempts: 1,
    ...event,
  }
  return {
    key: Buffer.from(value.remoteAddress ?? ''),
    value: Buffer.from(JSON.stringify(value)),
    timestamp: at,
  }
}

export function driver() {
  return new TestDriver(attackProcessor('address', OPTIONS), { retentionMs: OPTIONS.windowMs })
}

export function reports(run: { outputOf(topic: string): { value: Buffer | null }[] }): AttackReport[] {
  return run.outputOf('ssh-attacks').map(({ value }) => JSON.parse(String(value)))
}

/** What is reported of records that arrive in one transaction. */
export function reported(...records: Piped[]): AttackReport[] {
  const run = driver()
  run.pipeAll(records)
  run.commit()
  return reports(run)
}

/** So many times, in ms, with equal steps between them. */
export const times = (count: number, step: number, from = 0) =>
  Array.from({ length: count }, (_, index) => from + index * step)
