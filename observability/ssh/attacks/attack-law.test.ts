import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driver, failure, OPTIONS, reports } from './test-attacks.ts'

interface Step {
  readonly address: string
  readonly after: number
  readonly attempts: number
  readonly ending: 'go on' | 'commit' | 'abort' | 'restart'
}

interface Attempted {
  readonly at: number
  readonly heardAt: number
  readonly attempts: number
}

/** The failures of the window with the most attempts that has the last failure in it. */
function windowWithLast(failures: readonly Attempted[]): readonly Attempted[] {
  const last = failures.at(-1) as Attempted
  const windows = failures
    .map(({ at: from }) => failures.filter(({ at }) => at >= from && at < from + OPTIONS.windowMs))
    .filter((members) => members.includes(last))
    .sort((one, other) => Math.min(...timesOf(one)) - Math.min(...timesOf(other)))
  return windows.reduce((best, members) => (sumOf(members) > sumOf(best) ? members : best))
}

const timesOf = (failures: readonly Attempted[]) => failures.map(({ at }) => at)
const sumOf = (failures: readonly Attempted[]) => failures.reduce((sum, { attempts }) => sum + attempts, 0)

function closeOldest(attacks: { heardAt: number; open: boolean }[]): void {
  const [oldest] = attacks.toSorted((one, other) => one.heardAt - other.heardAt)
  if (oldest) oldest.open = false
}

/** Attacks by their definition: all failures of an address, counted from the start each time. One host, whose clock may jump. */
function byDefinition(
  steps: readonly Step[],
): { address: string; attempts: number; first: number; last: number }[] {
  const attacks: {
    address: string
    attempts: number
    first: number
    last: number
    heardAt: number
    open: boolean
  }[] = []
  const counting = new Map<string, readonly Attempted[]>()
  let time = 10_000
  let streamTime = Number.NEGATIVE_INFINITY
  for (const { address, after, attempts } of steps) {
    time = Math.max(0, time + after)
    streamTime = Math.max(streamTime, time)
    for (const attack of attacks) {
      const isOver = streamTime >= attack.heardAt + OPTIONS.windowMs
      const isSilent = time >= attack.last + OPTIONS.windowMs
      if (isOver || isSilent) attack.open = false
    }
    const open = attacks.filter((attack) => attack.open && attack.address === address)
    const joining = open.findLast(
      ({ first, last }) => time > first - OPTIONS.windowMs && time < last + OPTIONS.windowMs,
    )
    if (joining) {
      joining.attempts += attempts
      joining.first = Math.min(joining.first, time)
      joining.last = Math.max(joining.last, time)
      joining.heardAt = streamTime
      continue
    }
    if (attempts === 0) continue
    const failures = [...(counting.get(address) ?? []), { at: time, heardAt: streamTime, attempts }]
    const members = windowWithLast(failures)
    if (sumOf(members) < OPTIONS.maxFailures) {
      // Failures that share a window with a failure that is later in time or in the log.
      const behind = (one: number, other: number) => one <= other - OPTIONS.windowMs
      const last = failures.at(-1) as Attempted
      const kept = failures.filter(
        ({ at, heardAt }) => !(behind(at, last.at) && behind(heardAt, last.heardAt)),
      )
      counting.set(address, kept.slice(-OPTIONS.maxFailures))
      continue
    }
    counting.set(
      address,
      failures.filter((failure) => !members.includes(failure)),
    )
    if (open.length === 8) closeOldest(open)
    const [first, last] = [Math.min(...timesOf(members)), Math.max(...timesOf(members))]
    attacks.push({
      address,
      attempts: sumOf(members),
      first,
      last,
      heardAt: streamTime,
      open: true,
    })
  }
  return attacks.map(({ open: _, heardAt: __, ...attack }) => attack)
}

describe('the attack processor', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    address: fc.constantFrom('203.0.113.1', '203.0.113.2', '2001:db8::1'),
    after: fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: -900, max: 0 }),
      fc.integer({ min: -5_000, max: -900 }),
      fc.integer({ min: 900, max: 5_000 }),
    ),
    attempts: fc.constantFrom(0, 1, 1, 1, 2, 6),
    ending: fc.constantFrom('go on', 'go on', 'commit', 'commit', 'abort', 'restart'),
  })

  test('finds exactly the attacks of the definition, through aborts and restarts between any two records', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const run = driver()
        let time = 10_000
        for (const { address, after, attempts, ending } of steps) {
          time = Math.max(0, time + after)
          run.pipe(failure(time, { remoteAddress: address, attempts }))
          if (ending === 'abort') run.abort()
          else if (ending === 'commit') run.commit()
          else if (ending === 'restart') {
            run.commit()
            run.restart()
          }
        }
        // Long after, so that every attack is closed.
        run.pipe(failure(1e9, { remoteAddress: '198.51.100.7' }))
        run.commit()
        const told = reports(run)
        const closed = told
          .filter(({ state }) => state === 'closed')
          .map(({ addresses, attempts, first, last }) => ({
            address: addresses[0],
            attempts,
            first: Date.parse(first),
            last: Date.parse(last),
          }))
        const order = (one: { first: number; address?: string | undefined }) => `${one.first} ${one.address}`
        const sorted = <T extends { first: number; address?: string | undefined }>(all: T[]) =>
          all.sort((one, other) => (order(one) < order(other) ? -1 : 1))
        expect(sorted(closed)).toEqual(sorted(byDefinition(steps)))
        expect(told.filter(({ state }) => state === 'open')).toHaveLength(closed.length)
      }),
      { numRuns: 300 },
    )
  }, 30_000)
})
