import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { flinkPortsFrom } from '../../local/process/ports.ts'
import { runtimeOfTest } from '../../local/test-own-runtime.ts'
import { produceTransactions } from '../../producers/transaction-producer.ts'
import { Flink } from './engine.ts'
import { flinkScripts } from './scripts.ts'
import { expectExactlyOnce } from './test-books.ts'
import { TestFlink } from './test-flink.ts'

const KILLS = 2

const runtime = runtimeOfTest()
let flink: TestFlink

beforeEach(async () => {
  flink = new TestFlink(runtime.home, flinkPortsFrom(runtime.portBase))
  await flink.start()
})

afterEach(() => flink.stop())

test(`Flink killed with -9 ${KILLS} times under load continues by itself, and each id passes once`, {
  timeout: 300_000,
}, async () => {
  const { jobs, declarations } = flinkScripts('sliding')
  const connect = () =>
    Flink.connect({ access: { url: flink.url, hint: '' }, profile: runtime.profile, declarations })
  const engine = await connect()
  for (const job of jobs) if (job.name === 'playstream-transactions') await engine.make(job, 'create')
  const stop = new AbortController()
  const sending = produceTransactions(runtime.profile, {
    seed: 21,
    start: Date.now(),
    rate: 1_000,
    duplicates: 0.3,
    lateDuplicates: 0.05,
    malformed: 0.01,
    count: Number.POSITIVE_INFINITY,
    durationMs: Number.POSITIVE_INFINITY,
    signal: stop.signal,
  })
  for (let kill = 0; kill < KILLS; kill += 1) {
    // The moment is random: before a checkpoint, between its two phases, or after it.
    await sleep(2_000 + Math.random() * 2_000)
    await flink.kill()
    await flink.start()
    const states = async () => [...(await (await connect()).present()).values()].map(({ health }) => health)
    await expect.poll(states, { timeout: 30_000, interval: 200 }).toEqual(['RUNNING'])
  }
  stop.abort()
  const { byKind } = await sending
  await expectExactlyOnce(runtime.profile, {
    unique: byKind.unique,
    duplicates: byKind.duplicate + byKind.lateDuplicate,
    malformed: byKind.malformed,
  })
})
