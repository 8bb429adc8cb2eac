import { expect, test } from 'vitest'
import { topic } from '../../catalog/topics.ts'
import { unique } from '../profile/test-profile.ts'
import { applyTopicChange } from '../provision/topic-admin.ts'
import { ClusterOffsetsReader } from './cluster-offsets.ts'
import { beginningOffsets, committedOffsets, stableOffsets } from './offsets.ts'
import { admin, newTopic, openTransaction, produce, profile } from './test-broker.ts'

test('the offsets of a newly created topic are available at once', async () => {
  const names = Array.from({ length: 10 }, () => unique('offsets'))
  try {
    for (const name of names) {
      await applyTopicChange(admin, { kind: 'create', topic: { ...topic('logs'), name, partitions: 6 } })
      expect([...(await beginningOffsets(admin, name)).values()]).toEqual([0, 0, 0, 0, 0, 0])
    }
  } finally {
    await admin.deleteTopics({ topics: names })
  }
})

test('an open transaction holds the stable offset back, but not the high watermark', async () => {
  const name = await newTopic('open-transaction', 2)
  await produce(name, [{ value: 'before', partition: 1 }])
  const reader = new ClusterOffsetsReader(profile, 'test')
  const highWatermarks = async () => (await reader.endsOf(name)).map(({ highWatermark }) => highWatermark)
  const commit = await openTransaction(name, [{ value: 'open', partition: 1 }])
  await produce(name, [{ value: 'behind', partition: 1 }])
  expect(await stableOffsets(admin, name)).toEqual(
    new Map([
      [0, 0],
      [1, 1],
    ]),
  )
  expect(await highWatermarks()).toEqual([0, 3])
  await commit()
  await expect.poll(async () => (await stableOffsets(admin, name)).get(1)).toBe(4)
  expect(await highWatermarks()).toEqual([0, 4])
  await reader.close()
})

test('the committed offsets of a group leave out partitions that it has not committed', async () => {
  const name = await newTopic('committed', 3)
  const groupId = unique('group')
  expect(await committedOffsets(admin, groupId, name)).toEqual(new Map())
  await admin.setOffsets({ groupId, topic: name, partitions: [{ partition: 2, offset: '0' }] })
  expect(await committedOffsets(admin, groupId, name)).toEqual(new Map([[2, 0]]))
})
