import { expect, test } from 'vitest'
import { unique } from '../profile/test-profile.ts'
import { FencedError, FencedWriter, readLatest } from './fenced-writer.ts'
import { newTopic, profile } from './test-broker.ts'

test('a writer that lost its topic gets a FencedError, and other refusals give other errors', async () => {
  // The name contains part of a protocol error's name, so that recognizing an error by its text would fail here.
  const topic = await newTopic('newer-producer-epoch')
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
