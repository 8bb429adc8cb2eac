import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import { Receiver } from '../../observability/alerts/test-receiver.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { Playstream } from '../testing/test-playstream.ts'

const cluster = ownCluster()
const { home } = cluster
const SECRET = { PLAYSTREAM_ALERT_SECRET: 'hush' }

test('a stopped processor and dead letters cause one alert each, and a message when they are over', async ({
  onTestFinished,
}) => {
  const receiver = await Receiver.start({ status: 200 })
  onTestFinished(() => receiver.stop())
  const admin = await connectAdmin(cluster.profile, 'test')
  const producer = createClient(cluster.profile, { clientId: 'test' }).producer()
  await producer.connect()
  const run = new Playstream(
    home,
    ['alerts', 'run', '--alert-webhook', receiver.url.href, '--open-after', '1s', '--quiet-for', '2s'],
    SECRET,
  )
  onTestFinished(async () => {
    run.process.kill('SIGKILL')
    await Promise.all([admin.disconnect(), producer.disconnect()])
  })
  await run.says(/watching/)
  const commit = (offset: string) =>
    admin.setOffsets({
      groupId: 'player-state',
      topic: 'game-events',
      partitions: [{ partition: 0, offset }],
    })

  // The first look shows no dead letters.
  await commit('0')
  await producer.send({ topic: 'game-events', messages: [{ value: 'x', partition: 0 }] })
  await run.says(/ALERT.*processor-stopped: player-state has no members and lag 1/)
  await producer.send({ topic: 'game-events-dlq', messages: [{ value: 'x' }] })
  await run.says(/ALERT.*dead-letters: records were set aside in game-events-dlq/)
  await run.says(/over.*dead-letters/)
  await commit('1')
  await run.says(/over.*processor-stopped/)
  run.process.kill('SIGTERM')
  expect(await run.ended).toBe(0)

  const alerts = receiver.received.map(({ body }) => JSON.parse(body))
  expect(alerts.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'processor-stopped open',
    'dead-letters open',
    'dead-letters closed',
    'processor-stopped closed',
  ])
  const keys = receiver.received.map(({ headers }) => headers['idempotency-key'])
  expect(new Set(keys).size).toBe(4)
})

test('alerts test sends a signed alert and says what came of it, for each receiver', async ({
  onTestFinished,
}) => {
  const receiver = await Receiver.start({ status: 204 }, { status: 403 })
  onTestFinished(() => receiver.stop())
  const args = ['alerts', 'test', '--alert-webhook', receiver.url.href, '--alert-exec', 'cat']
  const good = new Playstream(home, args, SECRET)
  expect(await good.ended).toBe(0)
  expect(good.output).toMatch(/webhook http:\/\/127.0.0.1:\d+ +delivered/)
  expect(good.output).toMatch(/command cat +delivered/)
  const [first] = receiver.received
  const [, time, digest] = /^t=(\d+),v1=(\w+)$/.exec(String(first?.headers['playstream-signature'])) ?? []
  expect(digest).toBe(createHmac('sha256', 'hush').update(`${time}.${first?.body}`).digest('hex'))
  expect(JSON.parse(first?.body ?? '')).toMatchObject({ kind: 'test', scope: 'platform' })

  const bad = new Playstream(home, args, SECRET)
  expect(await bad.ended).toBe(1)
  expect(bad.output).toMatch(/NOT delivered: http:\/\/127.0.0.1:\d+ answered 403/)
  expect(bad.output).not.toContain('secret-path')

  const nowhere = new Playstream(home, ['alerts', 'test'])
  expect(await nowhere.ended).toBe(2)
  expect(nowhere.output).toContain('--alert-webhook or --alert-exec')
})
