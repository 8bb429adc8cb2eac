import { randomBytes } from 'node:crypto'
import type { KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { Reader } from '../../kafka/clients/topic-follower.ts'
import { Writer } from '../../kafka/clients/writer.ts'
import { testProfile } from '../../kafka/profile/test-profile.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { runPlace } from '../conformance/run-place.ts'

const LAST_WINTER = String(Date.UTC(2025, 11, 24))
const MICROSECONDS = String(Date.now() * 1_000)

test.each([
  ['sql-ssh-counts-by-host', LAST_WINTER],
  ['sql-ssh-counts-by-address', LAST_WINTER],
  ['sql-transactions-read', MICROSECONDS],
  ['sql-transactions-by-id', MICROSECONDS],
] as const)(
  'a record of %s that an engine writes with the time %s has that of writing, and stays for the retention',
  async (name, timestamp) => {
    const profile = testProfile()
    const topic = runPlace(randomBytes(3).toString('hex')).topic(name)
    const admin = await connectAdmin(profile, 'test')
    const before = Date.now()
    try {
      await applyTopicChange(admin, { kind: 'create', topic })
      const writer = await Writer.connect(profile, 'test')
      await writer.send(topic.name, [{ partition: 0, value: '{}', timestamp }]).finally(() => writer.close())
      const found: KafkaMessage[] = []
      const reader = await Reader.start(profile, {
        application: 'test',
        topic: topic.name,
        from: new Map([[0, 0]]),
        onBatch: (_, messages) => void found.push(...messages),
      })
      await expect
        .poll(() => found.length, { timeout: 20_000 })
        .toBe(1)
        .finally(() => reader.close())
      expect(Number(found[0]?.timestamp)).toBeGreaterThan(before - 60_000)
      expect(Number(found[0]?.timestamp)).toBeLessThan(Date.now() + 60_000)
    } finally {
      await admin.deleteTopics({ topics: [topic.name] })
      await admin.disconnect()
    }
  },
)
