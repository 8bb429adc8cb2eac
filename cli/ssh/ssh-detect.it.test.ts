import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Receiver } from '../../observability/alerts/test-receiver.ts'
import { attackProcessor } from '../../observability/ssh/attacks/attack-processor.ts'
import { type AttackReport, attackReportOf } from '../../observability/ssh/attacks/attack-report.ts'
import { classifyProcessor } from '../../observability/ssh/attacks/classify-processor.ts'
import { DETECTOR_RULES } from '../../observability/ssh/attacks/detector.ts'
import {
  failedPassword,
  logRecord,
  type TestLine,
  writeLogs,
} from '../../observability/ssh/attacks/test-logs.ts'
import type { AttackSummary } from '../../observability/ssh/report/attack-summary.ts'
import { HostLogs } from '../../producers/host-logs.ts'
import { TestDriver } from '../../streams/runtime/test-driver.ts'
import { readCommitted } from '../../streams/runtime/test-outcome.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

const cluster = ownCluster()
const { home } = cluster
const poll = { timeout: 80_000, interval: 250 }

/** Everything that `ssh-attacks` says of addresses, in an order of its own. */
async function toldOfAddresses(): Promise<string[]> {
  const records = await readCommitted(cluster.profile, 'ssh-attacks')
  const values = records.map(({ value }) => String(value))
  return values.filter((value) => (JSON.parse(value) as AttackReport).scope === 'address').sort()
}

/** The reports for the same lines from processors in memory that are never stopped. */
function reportsWithoutAStop(lines: readonly TestLine[]): string[] {
  const partitions = 6
  const classify = new TestDriver(classifyProcessor('normal'), { partitions })
  classify.pipeAll(
    lines.map(logRecord).map(({ key, value, timestamp }) => ({
      key: Buffer.from(key),
      value: Buffer.from(value),
      timestamp: Number(timestamp),
    })),
  )
  classify.commit()
  const find = new TestDriver(attackProcessor('address', DETECTOR_RULES), { partitions })
  find.pipeAll(classify.outputOf('ssh-events'))
  find.commit()
  return find
    .outputOf('ssh-attacks')
    .map(({ value }) => String(value))
    .sort()
}

test('killed with -9 half-way and started again, it says exactly what it would have said', async () => {
  const logs = new HostLogs({
    seed: 5,
    start: Date.now() - 60 * 60_000,
    linesPerSecond: 5,
    hosts: 1,
    attackRatio: 0.15,
  })
  const lines = Array.from({ length: 15_000 }, () => logs.next()).map((line) => ({
    ...line,
    at: line.timestamp,
  }))
  const expected = reportsWithoutAStop(lines)
  expect(expected.length).toBeGreaterThan(50)
  await writeLogs(cluster.profile, lines)
  const args = ['ssh', 'detect', '--batch-size', '100', '--session-timeout', '6s']
  const killed = new Playstream(home, args)
  await expect.poll(async () => (await toldOfAddresses()).length, poll).toBeGreaterThan(5)
  killed.process.kill('SIGKILL')
  expect(await killed.ended).toBe('SIGKILL')
  expect((await toldOfAddresses()).length).toBeLessThan(expected.length)

  const again = new Playstream(home, args)
  await expect.poll(async () => (await toldOfAddresses()).length, poll).toBe(expected.length)
  again.process.kill('SIGINT')
  expect(await again.ended).toBe(0)
  expect(await toldOfAddresses()).toEqual(expected)
})

test('ssh detect prints attacks as they open, sends alerts, prints its metrics, and ssh report shows the same attacks', async () => {
  const receiver = await Receiver.start({ status: 200 })
  const file = join(home.folder, 'told.json')
  const copy = `require('fs').writeFileSync(process.argv[1], require('fs').readFileSync(0))`
  const detect = new Playstream(
    home,
    [
      ...['ssh', 'detect', '--json', '--alert-on', 'open', '--alert-webhook', receiver.url.href],
      ...['--alert-exec', process.execPath, '--', '-e', copy, file],
    ],
    { PLAYSTREAM_ALERT_SECRET: 's3cret' },
  )
  try {
    await detect.says(/^running/)
    const now = Date.now()
    const user = 'x\x1b[2J\u202e'
    await writeLogs(
      cluster.profile,
      Array.from({ length: 6 }, (_, index) => failedPassword(now + index, '203.0.113.77', user, 'web-9')),
    )
    const said = await detect.says(/203\.0\.113\.77/)
    expect(said).toContain('open    brute-force from 203.0.113.77 on web-9: 5 attempts as x\\x1b[2J\\u202e')
    await expect.poll(() => receiver.received.length, poll).toBe(1)
    await expect.poll(() => existsSync(file), poll).toBe(true)
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[number]]
    const report = attackReportOf(Buffer.from(body))
    expect(report).toMatchObject({ state: 'open', addresses: ['203.0.113.77'], users: [user] })
    const [, time, digest] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['playstream-signature'])) ?? []
    expect(digest).toBe(createHmac('sha256', 's3cret').update(`${time}.${body}`).digest('hex'))
    await expect.poll(() => readFileSync(file, 'utf8'), poll).toBe(`${body}\n`)
    detect.process.kill('SIGINT')
    expect(await detect.ended).toBe(0)
  } finally {
    detect.process.kill('SIGKILL')
    await receiver.stop()
  }
  expect(detect.json()).toMatchObject({
    attacks: { opened: 1, closed: expect.any(Number), critical: 0 },
    alerts: { delivered: 2, retries: 0, refused: 0, gaveUp: 0, commandsFailed: 0 },
    classify: { lag: 0, records: 6 },
  })

  const json = await playstream(home, 'ssh', 'report', '--since', '30s', '--json')
  expect(json.code).toBe(0)
  const summary = JSON.parse(json.output) as AttackSummary
  expect(summary.open).toMatchObject([{ addresses: ['203.0.113.77'] }])
  expect(summary.addresses).toMatchObject([{ name: '203.0.113.77', attempts: 6, attacks: 1 }])
  const text = await playstream(home, 'ssh', 'report', '--since', '30s')
  expect(text.output).toMatch(/^203\.0\.113\.77 +6 +6 +0 +1 /m)
  expect(text.output).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u)
})

test.each([
  [['detect', 'x'], 'name the command with --alert-exec'],
  [['detect', '--alert-webhook', 'http://127.0.0.1/'], 'set PLAYSTREAM_ALERT_SECRET'],
  [['detect', '--alert-webhook', 'ftp://127.0.0.1/'], 'http or https'],
  [['detect', '--alert-on', 'never'], 'open, grown, closed, critical'],
  [['detect', '--max-failures', '0'], 'at least 1'],
  [['report', '--since', 'yesterday'], '24h'],
  [['watch'], 'ssh has: classify, detect, report'],
])('%j is wrong usage', async (args, message) => {
  expect(await playstream(home, 'ssh', ...args)).toMatchObject({
    code: 2,
    output: expect.stringContaining(message),
  })
})
