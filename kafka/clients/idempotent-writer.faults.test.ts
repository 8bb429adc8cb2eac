import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freeBase } from '../../local/process/ports.ts'
import { Runtime } from '../../local/runtime.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import { unique } from '../profile/test-profile.ts'
import { createTopics } from '../provision/topic-admin.ts'
import { connectAdmin } from './connect-admin.ts'
import { IdempotentWriter } from './idempotent-writer.ts'
import { numbered, numbersIn, upTo } from './test-numbered.ts'

const PARTITIONS = 3
const never = new AbortController().signal
let home: ReturnType<typeof temporaryHome>
let base: number
let runtime: Runtime
let topic: string
let writer: IdempotentWriter
let said: string[]

beforeAll(async () => {
  home = temporaryHome()
  base = await freeBase()
  await start()
})

afterAll(async () => {
  await runtime.stop()
  rmSync(home.folder, { recursive: true, force: true })
})

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

async function start(): Promise<void> {
  runtime = await Runtime.start(home, { portBase: base, progress: () => undefined })
}

/** Kills the broker with SIGKILL, and returns when it has ended. */
async function kill(): Promise<void> {
  const broker = runtime.services.find(({ name }) => name === 'Apache Kafka')
  process.kill(broker?.process.pid ?? 0, 'SIGKILL')
  await runtime.crashed
  await runtime.stop()
}

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
    await kill()
    await expect.poll(() => said.length, { timeout: 30_000 }).toBe(1)
    const away = count
    await start()
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
    await kill()
    const stop = new AbortController()
    const given = writer.write(numbered(topic, 0, 10, 10), stop.signal)
    const refused = expect(given).rejects.toThrow('given up')
    await expect.poll(() => said.length, { timeout: 30_000 }).toBe(1)
    stop.abort(new Error('given up'))
    await refused
    await start()
    const failures = writer.failures
    // The sequences of the ten abandoned records are missing at the broker: OUT_OF_ORDER_SEQUENCE_NUMBER.
    await writer.write(numbered(topic, 0, 10, 10), never)
    await writer.write(numbered(topic, 0, 20, 10), never)
    expect(writer.failures).toBeGreaterThan(failures)
    expect(await numbersIn(runtime.profile, topic, 0)).toEqual(upTo(30))
  })
})
