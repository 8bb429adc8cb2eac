import type { Admin } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APPEND_TIME, CLIENT_TIME, type Topic } from '../../catalog/topic.ts'
import { connectAdmin } from '../clients/connect-admin.ts'
import { testProfile, unique } from '../profile/test-profile.ts'
import {
  applyTopicChange,
  createTopics,
  readTopics,
  requireAppendTime,
  requireTopics,
} from './topic-admin.ts'
import { planTopics, type TopicPlan } from './topic-plan.ts'

let admin: Admin

beforeAll(async () => {
  admin = await connectAdmin(testProfile(), 'test')
})

afterAll(() => admin.disconnect())

function topicOf(name: string, change: Partial<Topic> = {}): Topic {
  return {
    name,
    description: '',
    partitions: 2,
    retention: { policy: 'delete', ms: 3_600_000 },
    key: undefined,
    value: { kind: 'bytes' },
    writers: [],
    readers: [],
    ...change,
  }
}

/** The plan for one topic, without the topics of other tests. */
async function plan(topic: Topic, allowDelete = false): Promise<TopicPlan> {
  const cluster = (await readTopics(admin)).filter(({ name }) => name.startsWith(topic.name))
  return planTopics([topic], cluster, { allowDelete })
}

async function apply({ changes }: TopicPlan): Promise<void> {
  for (const change of changes) await applyTopicChange(admin, change)
}

async function configOf(name: string): Promise<Readonly<Record<string, string>>> {
  return (await readTopics(admin)).find((topic) => topic.name === name)?.config ?? {}
}

describe('applying the catalog’s topics', () => {
  test('creates a topic as declared, and the next plan is empty', async () => {
    const topic = topicOf(unique('created'))
    await apply(await plan(topic))
    expect((await plan(topic)).changes).toEqual([])
    expect(await configOf(topic.name)).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '3600000',
    })
  })

  test('restores a changed setting and keeps settings that the catalog does not mention', async () => {
    const topic = topicOf(unique('drifted'))
    await apply(await plan(topic))
    const configEntries = [
      { name: 'retention.ms', value: '1' },
      { name: 'max.message.bytes', value: '2000' },
    ]
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: topic.name, configEntries }],
    })
    const drift = await plan(topic)
    expect(drift.changes).toMatchObject([
      {
        kind: 'configure',
        settings: expect.arrayContaining([{ name: 'retention.ms', from: '1', to: '3600000' }]),
      },
    ])
    await apply(drift)
    expect(await configOf(topic.name)).toMatchObject({
      'retention.ms': '3600000',
      'max.message.bytes': '2000',
    })
  })

  test('adds partitions and never removes any', async () => {
    const name = unique('sized')
    await apply(await plan(topicOf(name)))
    await apply(await plan(topicOf(name, { partitions: 4 })))
    await expect.poll(async () => (await admin.fetchTopicOffsets(name)).length).toBe(4)
    const shrinking = await plan(topicOf(name, { partitions: 3 }))
    expect(shrinking.changes).toMatchObject([{ kind: 'refuse' }])
    await expect(apply(shrinking)).rejects.toThrow(`topic ${name} is left as it is: it has 4 partitions`)
    expect(await admin.fetchTopicOffsets(name)).toHaveLength(4)
  })

  test('deletes undeclared topics only if allowed', async () => {
    const topic = topicOf(unique('owner'))
    const stray = `${topic.name}-stray`
    await createTopics(admin, [{ topic: stray }])
    const careful = await plan(topic)
    expect(careful.undeclared).toEqual([stray])
    await apply(careful)
    expect(await admin.listTopics()).toContain(stray)
    await apply(await plan(topic, true))
    await expect.poll(() => admin.listTopics()).not.toContain(stray)
    expect(await admin.listTopics()).toContain(topic.name)
  })

  test('throws with the broker’s reason if the broker refuses a change', async () => {
    const name = unique('invalid/name')
    await expect(applyTopicChange(admin, { kind: 'create', topic: topicOf(name) })).rejects.toThrow(
      new RegExp(`cannot create topic ${name}: .*invalid`, 'i'),
    )
  })

  test('names missing topics', async () => {
    const missing = unique('missing')
    await expect(requireTopics(admin, [missing])).rejects.toThrow(`no topic ${missing}; create the catalog's`)
  })
})

describe('a topic that needs the broker’s time', () => {
  test('is refused while it has its producers’ time, and accepted once the catalog is applied', async () => {
    const topic = topicOf(unique('append-time'), { time: CLIENT_TIME })
    await apply(await plan(topic))
    await expect(requireAppendTime(admin, topic.name)).rejects.toThrow(
      /has message\.timestamp\.type=CreateTime.*set it with: playstream topics apply$/,
    )
    const mended: Topic = { ...topic, time: APPEND_TIME }
    expect((await plan(mended)).changes).toMatchObject([
      {
        kind: 'configure',
        settings: [{ name: 'message.timestamp.type', from: 'CreateTime', to: 'LogAppendTime' }],
      },
    ])
    await apply(await plan(mended))
    await requireAppendTime(admin, topic.name)
    expect((await plan(mended)).changes).toEqual([])
  })
})
