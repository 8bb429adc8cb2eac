import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runtimeOfTest } from '../../local/test-own-runtime.ts'
import { unique } from '../profile/test-profile.ts'
import { createTopics } from '../provision/topic-admin.ts'
import { connectAdmin } from './connect-admin.ts'
import { IdempotentWriter } from './idempotent-writer.ts'
import { numbered, numbersIn, upTo } from './test-numbered.ts'

const PARTITIONS = 3
const never = new AbortController().signal
const runtime = runtimeOfTest()
let topic: string
let writer: IdempotentWriter
let said: string[]

beforeEach(async () => {
  topic = unique('written')
  const admin = await connectAdmin(runtime.profile, 'test')
  await createTopics(admin, [{ topic, numPartitions: PARTITIONS }]).finally(() => admin.disconnect())
  said = []
  writer = new IdempotentWriter(runtime.profile, {
    clientId: 'test',
    topic,
    warn: (line) => said.push(line),
  })
})

afterEach(() => writer.close())

describe('an idempotent writer', () => {
  test('writes each record once and in order through a kill -9 of the broker', {
    timeout: 180_000,
  }, async () => {
    const stop = new AbortController()
    let count = 0
    const writing = (async () => {
      while (!stop.signal.aborted) {
        const from = count
        count += 2_000
        await writer.write(
          upTo(PARTITIONS).flatMap((partition) => numbered(topic, partition, from, 2_000, 1_000)),
          never,
        )
      }
    })()
    await expect.poll(() => count, { timeout: 30_000 }).toBeGreaterThan(20_000)
    await runtime.kill()
    await expect.poll(() => said.length, { timeout: 30_000 }).toBe(1)
    const away = count
    await runtime.start()
    await expect.poll(() => count, { timeout: 60_000 }).toBeGreaterThan(away + 10_000)
    stop.abort()
    await writing
    for (let partition = 0; partition < PARTITIONS; partition += 1)
      expect(await numbersIn(runtime.profile, topic, partition)).toEqual(upTo(count))
    expect(said[0]).toMatch(new RegExp(`^kafka: cannot write ${topic}: .+; waiting until that passes$`))
    expect(said.slice(1)).toEqual([`kafka: ${topic} is written again`])
  })

  test('continues with a new producer id after giving up a batch that the broker never got', {
    timeout: 180_000,
  }, async () => {
    await writer.write(numbered(topic, 0, 0, 10), never)
    await runtime.kill()
    const stop = new AbortController()
    const given = writer.write(numbered(topic, 0, 10, 10), stop.signal)
    const refused = expect(given).rejects.toThrow('given up')
    await expect.poll(() => said.length, { timeout: 30_000 }).toBe(1)
    stop.abort(new Error('given up'))
    await refused
    await runtime.start()
    const failures = writer.failures
    // The sequences of the ten abandoned records are missing at the broker: OUT_OF_ORDER_SEQUENCE_NUMBER.
    await writer.write(numbered(topic, 0, 10, 10), never)
    await writer.write(numbered(topic, 0, 20, 10), never)
    expect(writer.failures).toBeGreaterThan(failures)
    expect(await numbersIn(runtime.profile, topic, 0)).toEqual(upTo(30))
  })
})
