import type { Admin } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import { testProfile, unique } from '../profile/test-profile.ts'
import { createTopics } from '../provision/topic-admin.ts'
import { FencedError, FencedWriter, readLatest } from './fenced-writer.ts'

const profile = testProfile()
let admin: Admin

beforeAll(async () => {
  admin = createClient(profile, { clientId: 'test' }).admin()
  await admin.connect()
})

afterAll(() => admin.disconnect())

test('a held topic refuses whoever held it before, and tells that from every other refusal', async () => {
  const topic = unique('newer-producer-epoch')
  await createTopics(admin, [{ topic, numPartitions: 1 }])
  const options = { application: 'test', topic, transactionalId: unique('held') }
  const first = await FencedWriter.take(profile, options)
  await first.write('a', '1')
  const second = await FencedWriter.take(profile, options)
  await expect(first.write('a', '2')).rejects.toThrow(FencedError)
  await second.write('b', '3')
  const tooLarge = second.write('c', 'epoch '.repeat(1_000_000))
  await expect(tooLarge).rejects.toThrow(/larger than/)
  await expect(tooLarge).rejects.not.toThrow(FencedError)
  const latest = await readLatest(profile, 'test', topic)
  expect([...latest].map(([key, value]) => [key, String(value)])).toEqual([
    ['a', '1'],
    ['b', '3'],
  ])
  await Promise.all([first.close(), second.close()])
})
