import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import type { Home } from '../../local/home.ts'
import { flinkPortsFrom, freeBase } from '../../local/process/ports.ts'
import { Runtime } from '../../local/runtime.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import { produceTransactions } from '../../producers/transaction-producer.ts'
import { Flink } from './engine.ts'
import { flinkScripts } from './scripts.ts'
import { expectExactlyOnce } from './test-books.ts'
import { TestFlink } from './test-flink.ts'

const KILLS = 2

let home: Home
let runtime: Runtime
let flink: TestFlink

beforeEach(async () => {
  home = temporaryHome()
  const base = await freeBase()
  runtime = await Runtime.start(home, { portBase: base, progress: () => undefined })
  const admin = await connectAdmin(runtime.profile, 'test')
  for (const topic of topics) await applyTopicChange(admin, { kind: 'create', topic })
  await admin.disconnect()
  flink = new TestFlink(home, flinkPortsFrom(base))
  await flink.start()
})

afterEach(async () => {
  await flink.stop()
  await runtime.stop()
  rmSync(home.folder, { recursive: true, force: true })
})

test(`Flink killed with -9 ${KILLS} times under load goes on by itself, and each id passes once`, {
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
