import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Piped } from '../../../streams/runtime/test-driver.ts'
import { driver, failure, PEER, reports, times } from './test-attacks.ts'

const SPARSE = '203.0.113.10'
const OTHER = '203.0.113.11'

/** The input from which a release without timers wrote former-changelog.jsonl. */
const BEFORE: readonly Piped[] = [
  ...times(5, 10).map((at) => failure(at, { host: at === 30 ? 'web-2' : 'web-1' })),
  ...times(3, 10, 50).map((at) => failure(at, { remoteAddress: SPARSE })),
  ...times(5, 1, 80).map((at) => failure(at, { remoteAddress: OTHER, host: 'web-2' })),
]

function formerChangelog(): { readonly key: Buffer; readonly value: Buffer | null }[] {
  const file = new URL('former-changelog.jsonl', import.meta.url)
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(([key, value]) => ({
      key: Buffer.from(key, 'base64'),
      value: value === null ? null : Buffer.from(value, 'base64'),
    }))
}

describe('the detector, started over the changelog of a release without timers', () => {
  const later: readonly (readonly Piped[])[] = [
    // Both attacks are over by stream time.
    [failure(5_000, { remoteAddress: '198.51.100.7' })],
    // One attack continues, and is closed by the clocks of its hosts.
    [failure(500), failure(1_600, { host: 'web-2', attempts: 0 }), failure(1_600, { attempts: 0 })],
    // Failures from before open an attack with failures from after.
    times(2, 10, 90).map((at) => failure(at, { remoteAddress: SPARSE })),
    // A record that is set aside comes first.
    [{ value: Buffer.from('no event') }, failure(900), failure(9_000, { remoteAddress: SPARSE })],
  ]

  test.each(later)('reports the same as if it had run all the time (%#)', (...records) => {
    const upgraded = driver()
    upgraded.setChangelog(formerChangelog())
    upgraded.pipeAll(records)
    upgraded.commit()
    const steady = driver()
    steady.pipeAll(BEFORE)
    steady.commit()
    const known = steady.output.length
    steady.pipeAll(records)
    steady.commit()
    expect(upgraded.output.map(({ value }) => String(value))).toEqual(
      steady.output.slice(known).map(({ value }) => String(value)),
    )
  })

  test('closes what was open there, once, and leaves nothing of the old schedule', () => {
    const run = driver()
    run.setChangelog(formerChangelog())
    run.pipe(failure(100, { remoteAddress: SPARSE, attempts: 0 }))
    run.abort()
    run.pipe(failure(101, { remoteAddress: SPARSE, attempts: 0 }))
    run.commit()
    run.restart()
    expect(run.entriesOf()).toMatchObject({ timers: 4 })
    run.pipe(failure(8_000_000, { remoteAddress: SPARSE }))
    run.commit()
    expect(reports(run).map(({ state, addresses }) => [state, ...addresses])).toEqual([
      ['closed', PEER],
      ['closed', OTHER],
    ])
    const last = new Map(run.changelogOf().map(({ key, value }) => [String(key), value]))
    expect([...last].filter(([key, value]) => key.startsWith('\0') && value !== null)).toEqual([])
    expect(run.entriesOf()).toMatchObject({ timers: 0 })
  })
})

test.each([
  'no JSON',
  '[]',
  '{}',
  '{"type":"track"}',
  '{"type":"track","track":{"recent":[],"attacks":[{}]}}',
])(
  'a detector whose changelog holds %j for an address forgets what was open there and continues',
  (entry) => {
    const forever = Buffer.alloc(8)
    forever.writeDoubleBE(Number.POSITIVE_INFINITY)
    const run = driver()
    run.setChangelog([
      { key: Buffer.from(`track ${PEER}`), value: Buffer.concat([forever, Buffer.from(entry)]) },
      { key: Buffer.from(`count ${PEER}`), value: Buffer.concat([forever, Buffer.from(entry)]) },
      { key: Buffer.from('clock web-1'), value: Buffer.concat([forever, Buffer.from(entry)]) },
      { key: Buffer.from('\0due'), value: Buffer.concat([forever, Buffer.from(entry)]) },
    ])
    run.pipeAll(times(5, 10).map((at) => failure(at)))
    run.commit()
    expect(reports(run)).toMatchObject([{ state: 'open', attempts: 5 }])
    expect(run.deadLetters).toEqual([])
  },
)

test('30,000 attacks that are due at one moment are all closed, with small records, few of them for each attack', () => {
  const count = 30_000
  const run = driver()
  const addresses = times(count, 1).map((index) => `2001:db8::${index.toString(16)}`)
  run.pipeAll(addresses.map((remoteAddress) => failure(500, { remoteAddress, attempts: 5 })))
  run.commit()
  expect(run.entriesOf()).toMatchObject({ timers: 2 * count })
  run.restart()
  run.pipe(failure(1_500, { remoteAddress: PEER }))
  run.commit()
  const closed = reports(run).filter(({ state }) => state === 'closed')
  expect(closed.flatMap((report) => report.addresses).sort()).toEqual(addresses.sort())
  expect(run.entriesOf()).toMatchObject({ timers: 0 })
  const changes = [...run.changelogOf(), ...run.changelogOf(0, 'timers')]
  const largest = changes.reduce(
    (most, { key, value }) => Math.max(most, (key?.length ?? 0) + (value?.length ?? 0)),
    0,
  )
  expect(largest).toBeLessThan(1_000)
  expect(changes.length).toBeLessThan(10 * count)
}, 120_000)
