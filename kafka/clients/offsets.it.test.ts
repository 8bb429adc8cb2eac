import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { topic } from '../../catalog/topics.ts'
import { testProfile } from '../profile/test-profile.ts'
import { applyTopicChange } from '../provision/topic-admin.ts'
import { connectAdmin } from './connect-admin.ts'
import { startOffsets } from './offsets.ts'

test('offsets of a newly created topic are available at once', async () => {
  const admin = await connectAdmin(testProfile(), 'test')
  const names = Array.from({ length: 10 }, () => `offsets-${randomBytes(4).toString('hex')}`)
  try {
    for (const name of names) {
      await applyTopicChange(admin, { kind: 'create', topic: { ...topic('logs'), name, partitions: 6 } })
      expect([...(await startOffsets(admin, name)).values()]).toEqual([0, 0, 0, 0, 0, 0])
    }
  } finally {
    await admin.deleteTopics({ topics: names })
    await admin.disconnect()
  }
})
