import { afterEach, beforeAll, expect, test } from 'vitest'
import { ALERT_GROUP } from '../../catalog/groups.ts'
import { topic } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { Writer } from '../../kafka/clients/writer.ts'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import { Secret } from '../../kafka/profile/secret.ts'
import { applyCatalog } from '../../kafka/provision/apply-catalog.ts'
import { runtimeOfFile } from '../../local/test-own-runtime.ts'
import type { AttackReport } from '../ssh/attacks/attack-report.ts'
import { openAlerter } from './alerter.ts'
import { AlertMetrics } from './delivery.ts'
import { Receiver } from './test-receiver.ts'
import { testReport } from './test-report.ts'
import { webhook } from './webhook.ts'

const ATTACKS = topic('ssh-attacks').name
const runtime = runtimeOfFile()
let receiver: Receiver

beforeAll(async () => {
  const admin = await connectAdmin(runtime.profile, 'test')
  await applyCatalog(admin, runtime.profile).finally(() => admin.disconnect())
})

afterEach(() => receiver.stop())

const messageOf = (report: AttackReport) => ({ key: report.id, value: JSON.stringify(report) })

async function write(...reports: AttackReport[]): Promise<void> {
  const writer = await Writer.connect(runtime.profile, 'test')
  await writer.send(ATTACKS, reports.map(messageOf))
  await writer.close()
}

async function writeAborted(report: AttackReport): Promise<void> {
  const producer = createClient(runtime.profile, { clientId: 'test' }).producer({
    transactionalId: 'alerter-test',
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: ATTACKS, messages: [messageOf(report)] })
  await transaction.abort()
  await producer.disconnect()
}

/** Opens the alerter like a starting process, calls `between`, and runs the alerter until `until` resolves. */
async function alerting(
  until: (metrics: AlertMetrics) => Promise<void>,
  between?: () => Promise<void>,
): Promise<AlertMetrics> {
  const stop = new AbortController()
  const metrics = new AlertMetrics()
  const sink = webhook({
    url: receiver.url,
    secret: new Secret('s'),
    retryForMs: 600_000,
    backoffMs: 100,
    onRetry: () => {
      metrics.retries += 1
    },
  })
  const options = { sinks: [sink], causes: ['open' as const], metrics, warn: () => undefined }
  const alerter = await openAlerter(runtime.profile, options)
  await between?.()
  const running = alerter.run(stop.signal)
  try {
    await Promise.race([until(metrics), running])
  } finally {
    stop.abort()
    await running
  }
  return metrics
}

const ids = () => receiver.received.map(({ body }) => JSON.parse(body).id)
const poll = { timeout: 60_000 }

test('a new alerter starts at the end of the topic, a later one continues where the last stopped', async () => {
  receiver = await Receiver.start({ status: 200 })
  await write(testReport({ id: 'old' }))
  const first = await alerting(
    async (metrics) => {
      await expect.poll(() => metrics.delivered, poll).toBe(2)
    },
    async () => {
      await writeAborted(testReport({ id: 'aborted' }))
      await write(testReport({ id: 'a' }), testReport({ id: 'a', state: 'closed' }), testReport({ id: 'b' }))
    },
  )
  expect(first.undelivered).toBe(0)
  expect(ids().sort()).toEqual(['a', 'b'])

  await write(testReport({ id: 'while stopped' }))
  await alerting(async (metrics) => {
    await expect.poll(() => metrics.delivered, poll).toBe(1)
  })
  expect(ids().slice(2)).toEqual(['while stopped'])
})

test('an alert not delivered before a stop is delivered by the next alerter', async () => {
  receiver = await Receiver.start({ status: 503 })
  await write(testReport({ id: 'unlucky' }))
  const stopped = await alerting(async (metrics) => {
    await expect.poll(() => metrics.retries, poll).toBeGreaterThan(1)
  })
  expect(stopped).toMatchObject({ delivered: 0, refused: 0, gaveUp: 0 })
  receiver.answers = [{ status: 200 }]
  const tried = receiver.received.length
  await alerting(async (metrics) => {
    await expect.poll(() => metrics.delivered, poll).toBe(1)
  })
  expect(ids().slice(tried)).toEqual(['unlucky'])
})

test('two alerters share the alerts, and each alert is delivered once', async () => {
  receiver = await Receiver.start({ status: 200 })
  const admin = await connectAdmin(runtime.profile, 'test')
  const sent = Array.from({ length: 40 }, (_, index) => `shared ${index}`)
  const isShared = async () => {
    const { groups } = await admin.describeGroups([ALERT_GROUP])
    return groups.map(({ state, members }) => [state, members.length])
  }
  const allReceived = async () => {
    await expect.poll(() => receiver.received.length, poll).toBe(sent.length)
  }
  const both = Promise.all([alerting(allReceived), alerting(allReceived)])
  await expect.poll(isShared, poll).toEqual([['Stable', 2]])
  await write(...sent.map((id) => testReport({ id })))
  const all = await both
  await admin.disconnect()
  expect(ids().sort()).toEqual(sent.sort())
  for (const { delivered } of all) expect(delivered).toBeGreaterThan(0)
})
