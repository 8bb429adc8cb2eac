import { expect, test } from 'vitest'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import { createTopics } from '../../kafka/provision/topic-admin.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

const cluster = ownCluster()
const { home } = cluster

async function describe(name: string): Promise<Record<string, unknown>> {
  const run = new Playstream(home, ['topics', 'describe', name, '--observe', '1ms', '--json'])
  expect(await run.ended).toBe(0)
  return run.json()
}

test('topics describe and status tell what a group has left to read, and what differs from the catalog', async () => {
  const kafka = createClient(cluster.profile, { clientId: 'test' })
  const producer = kafka.producer()
  const admin = await connectAdmin(cluster.profile, 'test')
  await producer.connect()
  const messages = ['a', 'b', 'c'].map((value) => ({ value, partition: 2 }))
  await producer.send({ topic: 'transactions', messages })
  await createTopics(admin, [{ topic: 'of-somebody-else', numPartitions: 2 }])
  await admin.createPartitions({ topicPartitions: [{ topic: 'transactions', count: 7 }] })
  await Promise.all([producer.disconnect(), admin.disconnect()])

  const found = await describe('transactions')
  expect(found).toMatchObject({
    declared: { name: 'transactions', partitions: 6 },
    cluster: {
      differences: [{ setting: 'partitions', cluster: '7', catalog: '6' }],
      config: { 'cleanup.policy': 'delete' },
    },
    readers: [{ group: 'transactions-rekey', declared: true, members: 0, lag: 3, verdict: 'stopped' }],
  })
  const { partitions } = found.cluster as { partitions: unknown[] }
  expect(partitions).toHaveLength(7)
  expect(partitions[2]).toEqual({ partition: 2, start: 0, stable: 3, highWatermark: 3 })

  expect(await describe('of-somebody-else')).toMatchObject({ declared: null, readers: [] })
  const text = await playstream(home, 'topics', 'describe', 'of-somebody-else', '--observe', '1ms')
  expect(text.output).toContain('not in the catalog')

  const wrong = await playstream(home, 'topics', 'describe', 'tranactions')
  expect(wrong).toMatchObject({ code: 1 })
  expect(wrong.output).toContain('did you mean transactions?')

  const run = new Playstream(home, ['status', '--json'])
  await run.ended
  const { processors, broker } = run.json<{ processors: { group: string }[]; broker: unknown }>()
  expect(broker).toMatchObject({ answers: true })
  expect(processors.find(({ group }) => group === 'transactions-rekey')).toEqual({
    group: 'transactions-rekey',
    members: 0,
    lag: 3,
    verdict: 'stopped',
  })
})
