import { describe, expect, test } from 'vitest'
import type { LagSnapshot } from '../lag/lag.ts'
import type { Verdict } from '../lag/verdict.ts'
import { HealthRules, inputTopics } from './health-rules.ts'

const rules = () => new HealthRules({ noInputMs: 5_000, quietMs: 3_000 })

function look(
  second: number,
  ends: Readonly<Record<string, number>>,
  groups: LagSnapshot['groups'] = [],
): LagSnapshot {
  return {
    at: second * 1_000,
    groups,
    topics: Object.entries(ends).map(([topic, stable]) => ({
      topic,
      partitions: [{ start: 0, stable, highWatermark: stable }],
      producedPerSecond: undefined,
    })),
  }
}

function group(
  verdict: Verdict,
  change: { lag?: number; committed?: number | undefined; isDeclared?: boolean },
) {
  const { lag = 5, isDeclared = true } = change
  const committed = 'committed' in change ? change.committed : 1
  const partition = {
    topic: 'game-events',
    partition: 0,
    committed,
    start: 0,
    end: 9,
    lag,
    backlogAgeMs: 0,
    verdict,
  }
  return {
    group: 'player-state',
    isDeclared,
    state: 'Stable',
    members: 0,
    verdict,
    lag,
    backlogAgeMs: 0,
    eventAgeMs: undefined,
    consumedPerSecond: undefined,
    producedPerSecond: undefined,
    catchUpMs: undefined,
    partitions: [partition],
  }
}

/** What the rules say of one topic after looks once per second. */
function kindsOf(topic: string, ends: readonly number[]) {
  const one = rules()
  return ends.map((end, second) => one.judge(look(second, { [topic]: end }))[0]?.kind)
}

describe('a group', () => {
  test.each([
    ['stalled', {}, ['processor-stalled']],
    ['stopped', {}, ['processor-stopped']],
    ['stopped', { lag: 0 }, ['well']],
    ['slow', {}, ['well']],
    ['unknown', {}, ['unclear']],
    ['stopped', { committed: undefined }, []],
    ['stalled', { isDeclared: false }, []],
  ] as const)('that is %s with %j is judged %j', (verdict, change, kinds) => {
    expect(
      rules()
        .judge(look(0, {}, [group(verdict, change)]))
        .map(({ kind }) => kind),
    ).toEqual(kinds)
  })
})

describe('dead letters', () => {
  test('count from the second look on, until none has come for a while', () => {
    const bad = 'dead-letters'
    expect(kindsOf('logs-dlq', [7, 7, 8, 8, 8, 8, 9])).toEqual(['well', 'well', bad, bad, bad, 'well', bad])
  })

  test('of a topic that was made again start afresh', () => {
    expect(kindsOf('logs-dlq', [7, 0, 0])).toEqual(['well', 'well', 'well'])
  })
})

describe('input', () => {
  test('that stops is missed after a while, and only if there was some', () => {
    expect(kindsOf('logs', [1, 2, 2, 2, 2, 2, 2, 3])).toEqual([...Array(6).fill('well'), 'no-input', 'well'])
    expect(kindsOf('logs', Array(20).fill(4))).toEqual(Array(20).fill('well'))
  })

  test('is what producers write', () => {
    expect(inputTopics().sort()).toEqual(['game-events', 'logs', 'logs-shipped', 'transactions'])
  })
})

test('order violations are judged only where somebody checks', () => {
  const one = rules()
  const kinds = [undefined, 0, 0, 1].map((count, second) => one.judge(look(second, {}), count)[0]?.kind)
  expect(kinds).toEqual([undefined, 'well', 'well', 'order-violation'])
})
