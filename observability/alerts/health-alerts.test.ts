import { describe, expect, test } from 'vitest'
import { idempotencyKey } from './alert.ts'
import { HealthAlerts } from './health-alerts.ts'
import type { Finding } from './health-rules.ts'

const START = Date.UTC(2026, 0)

type Kind = Finding['kind']

function processor(kind: Kind): Finding {
  return { rule: 'processor', scope: 'processor', subject: 'player-state', kind, message: `it is ${kind}` }
}

function deadLetters(kind: Kind): Finding {
  return {
    rule: 'dead-letters',
    scope: 'topic',
    subject: 'transactions-dlq',
    kind,
    message: `there are ${kind}`,
  }
}

/** Gives a finding for each second; a gap is a look that the cluster did not answer. */
function alertsOf(kinds: readonly (Kind | undefined)[], finding: (kind: Kind) => Finding = processor) {
  const alerts = new HealthAlerts({ openAfterMs: 3_000, closeAfterMs: 2_000 })
  return kinds.flatMap((kind, second) =>
    kind === undefined ? [] : alerts.observe([finding(kind)], START + second * 1_000),
  )
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value)
}

const STOPPED = 'processor-stopped'
const STALLED = 'processor-stalled'

describe('a processor', () => {
  test('that stays stopped causes one alert, and one message when it works again', () => {
    const found = alertsOf([...times(10, STOPPED), ...times(10, 'well')] as Kind[])
    expect(found).toMatchObject([
      {
        state: 'open',
        kind: STOPPED,
        severity: 'critical',
        subject: 'player-state',
        message: `it is ${STOPPED}`,
      },
      { state: 'closed', kind: STOPPED, message: expect.stringContaining('works again') },
    ])
    expect(found[0]?.id).toBe(found[1]?.id)
    expect(found[0]?.first).toBe(new Date(START).toISOString())
  })

  test('that restarts in time stays silent, however often', () => {
    const restart: Kind[] = [...times(3, STOPPED as Kind), 'well']
    expect(alertsOf([...restart, ...restart, ...restart])).toEqual([])
  })

  test('that is well for a moment only does not end its incident', () => {
    const flapping: Kind[] = [...times(5, STOPPED as Kind), 'well', STOPPED, 'well', STOPPED]
    expect(alertsOf(flapping)).toMatchObject([{ state: 'open' }])
  })

  test('that turns from stalled to stopped keeps its incident, with a message for the change', () => {
    const found = alertsOf([...times(5, STALLED), ...times(5, STOPPED)] as Kind[])
    expect(found).toMatchObject([
      { state: 'open', kind: STALLED },
      { state: 'grown', kind: STOPPED },
    ])
    expect(found[0]?.id).toBe(found[1]?.id)
    expect(idempotencyKey(found[0] as never)).not.toBe(idempotencyKey(found[1] as never))
  })

  test('of which nothing clear is known neither opens nor ends an incident', () => {
    expect(alertsOf(times(10, 'unclear'))).toEqual([])
    expect(alertsOf([...times(5, STOPPED as Kind), ...times(10, 'unclear' as Kind)])).toMatchObject([
      { state: 'open' },
    ])
  })

  test('is not taken for stopped while the cluster does not answer', () => {
    const blind = [STOPPED, ...times(20, undefined), STOPPED, STOPPED, 'well'] as (Kind | undefined)[]
    expect(alertsOf(blind)).toEqual([])
  })

  test('that stops a second time causes a second incident', () => {
    const twice = [...times(5, STOPPED), ...times(5, 'well'), ...times(5, STOPPED)] as Kind[]
    const found = alertsOf(twice)
    expect(found.map(({ state }) => state)).toEqual(['open', 'closed', 'open'])
    expect(found[0]?.id).not.toBe(found[2]?.id)
  })
})

test('dead letters cause an alert at once, and its end at once: the rule has waited', () => {
  expect(alertsOf(['well', 'dead-letters', 'dead-letters', 'well'], deadLetters)).toMatchObject([
    { state: 'open', kind: 'dead-letters', severity: 'warning', message: 'there are dead-letters' },
    { state: 'closed', message: 'over: no more records were set aside' },
  ])
})

test('a look that was given before is ignored', () => {
  const alerts = new HealthAlerts({ openAfterMs: 0, closeAfterMs: 0 })
  expect(alerts.observe([deadLetters('dead-letters')], START)).toHaveLength(1)
  expect(alerts.observe([deadLetters('well')], START)).toEqual([])
})
