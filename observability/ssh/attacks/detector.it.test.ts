import { expect, test } from 'vitest'
import { topic } from '../../../catalog/topics.ts'
import { Writer } from '../../../kafka/clients/writer.ts'
import { partitionOfKey } from '../../../kafka/protocol/key-partition.ts'
import type { StreamClient } from '../../../kafka/stream/stream-client.ts'
import { TESTED_CLIENTS } from '../../../kafka/stream/test-stream-clients.ts'
import { ownRuntime } from '../../../local/test-own-runtime.ts'
import { HostLogs } from '../../../producers/host-logs.ts'
import { DEFAULTS } from '../../../streams/runtime/start-processor.ts'
import { readCommitted } from '../../../streams/runtime/test-outcome.ts'
import { type AttackReport, attackReportOf } from './attack-report.ts'
import { DETECTOR_RULES, type DetectorMetrics, detectorMetrics, runDetector } from './detector.ts'
import { failedPassword, writeLogs } from './test-logs.ts'

const HOUR_MS = 60 * 60_000
const PEER = '203.0.113.9'
/** Another address in the same partition, whose stream time the first address moves. */
const LATE_PEER = Array.from({ length: 100 }, (_, index) => `198.51.100.${index}`).find(
  (address) => partitionOf(address) === partitionOf(PEER),
) as string
const runtime = ownRuntime()

function partitionOf(address: string): number {
  return partitionOfKey(Buffer.from(address), topic('ssh-events').partitions)
}

/** Runs the detector as long as `until` waits. */
async function detecting(
  client: StreamClient,
  until: (metrics: DetectorMetrics) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  const metrics = detectorMetrics()
  const options = { ...DEFAULTS, client, say: () => undefined, signal: stop.signal, metrics }
  const running = runDetector(runtime.profile, DETECTOR_RULES, options)
  try {
    await Promise.race([until(metrics), running])
  } finally {
    stop.abort()
    await running
  }
}

async function reports(): Promise<AttackReport[]> {
  const records = await readCommitted(runtime.profile, 'ssh-attacks')
  return records.map(({ value }) => attackReportOf(value) as AttackReport)
}

const told = async () => (await reports()).map(({ state, attempts }) => [state, attempts])

const poll = { timeout: 60_000, interval: 250 }

test.each(TESTED_CLIENTS)(
  'on %s, garbage in the logs becomes dead-letter records, and lines of a host whose log is an hour late count',
  async (client) => {
    const garbage = [Buffer.from([0, 255, 10]), Buffer.from('{"message":4}'), null]
    const writer = await Writer.connect(runtime.profile, 'test')
    await writer.send(
      'logs',
      garbage.map((value) => ({ key: 'web-1', value })),
    )
    await writer.close()
    const now = Date.now()
    await writeLogs(
      runtime.profile,
      Array.from({ length: 5 }, (_, index) => failedPassword(now + index, PEER)),
    )
    await detecting(client, async () => {
      await expect.poll(told, poll).toEqual([['open', 5]])
      await writeLogs(
        runtime.profile,
        Array.from({ length: 5 }, (_, index) =>
          failedPassword(now - HOUR_MS + index, LATE_PEER, 'root', 'web-2'),
        ),
      )
      await expect.poll(told, poll).toEqual([
        ['open', 5],
        ['open', 5],
      ])
    })
    const letters = await readCommitted(runtime.profile, 'logs-dlq', 1)
    expect(letters.map(({ value }) => value)).toEqual(garbage)
    expect(letters.map(({ key }) => String(key))).toEqual(['web-1', 'web-1', 'web-1'])
  },
)

test.each(TESTED_CLIENTS)(
  'on %s, the planted attacks are found with their kinds, and nothing else, by a detector that is stopped half-way and started again as two',
  async (client) => {
    const LINES = 12_000
    const logs = new HostLogs({
      seed: 11,
      start: Date.now() - HOUR_MS,
      linesPerSecond: 20,
      hosts: 6,
      attackRatio: 0.15,
    })
    const lines = Array.from({ length: LINES }, () => logs.next()).map((line) => ({
      ...line,
      at: line.timestamp,
    }))
    await writeLogs(runtime.profile, lines.slice(0, LINES / 2))
    await detecting(client, async ({ classify }) => {
      await expect.poll(() => classify.records, poll).toBeGreaterThan(LINES / 4)
    })
    await writeLogs(runtime.profile, lines.slice(LINES / 2))
    const planted = logs.planted.filter(({ attempts }) => attempts >= DETECTOR_RULES.maxFailures)
    const found = async () => {
      const attacks = (await reports()).filter(({ scope }) => scope === 'address')
      return new Map(attacks.map((report) => [report.addresses[0], report]))
    }
    const untilAll = async ({ byAddress }: DetectorMetrics) => {
      await expect.poll(async () => (await found()).size, poll).toBe(planted.length)
      await expect.poll(() => byAddress.totalLag, poll).toBe(0)
    }
    await Promise.all([detecting(client, untilAll), detecting(client, untilAll)])
    const attacks = await found()
    expect([...attacks.keys()].sort()).toEqual(planted.map(({ address }) => address).sort())
    for (const { address, kind, hosts } of planted.filter(({ complete }) => complete)) {
      expect([address, attacks.get(address)?.kind]).toEqual([address, kind])
      expect([...(attacks.get(address)?.hosts ?? [])].sort()).toEqual(hosts)
    }
    const opened = (await reports()).filter(({ state }) => state === 'open').map(({ id }) => id)
    expect(new Set(opened).size).toBe(opened.length)
  },
)

test('a host whose clock is 55 minutes ahead hides no attack on another host', async () => {
  const now = Date.now()
  const [mine, other] = ['203.0.113.40', '203.0.113.41']
  await writeLogs(runtime.profile, [
    ...Array.from({ length: 4 }, (_, index) => failedPassword(now + index, mine, 'root', 'web-right')),
    // The events are keyed by address: lines of the host that is ahead are in every partition.
    ...Array.from({ length: 40 }, (_, index) =>
      failedPassword(now + 55 * 60_000, `198.18.0.${index}`, 'root', 'web-ahead'),
    ),
  ])
  const found = async () => (await reports()).filter(({ addresses }) => addresses.includes(mine))
  await detecting(TESTED_CLIENTS[0] as StreamClient, async ({ byAddress }) => {
    await expect.poll(() => byAddress.records, poll).toBeGreaterThanOrEqual(44)
    await expect.poll(() => byAddress.totalLag, poll).toBe(0)
    await writeLogs(
      runtime.profile,
      [4, 5, 6, 7].flatMap((index) => [
        failedPassword(now + index, mine, 'root', 'web-right'),
        failedPassword(now + index + 55 * 60_000, other, 'root', 'web-ahead'),
      ]),
    )
    await expect.poll(async () => (await found()).map(({ hosts }) => hosts), poll).toEqual([['web-right']])
  })
  expect((await reports()).filter(({ addresses }) => addresses.includes(other))).toEqual([])
})
