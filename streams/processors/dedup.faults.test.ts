import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { TESTED_CLIENTS } from '../../kafka/stream/test-stream-clients.ts'
import { freeBase } from '../../local/process/ports.ts'
import { Runtime } from '../../local/runtime.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import { produceTransactions } from '../../producers/transaction-producer.ts'
import { DEFAULTS } from '../runtime/start-processor.ts'
import { expectExactlyOnce } from '../runtime/test-outcome.ts'
import { dedupMetrics, runDedup } from './dedup-pipeline.ts'

const COUNT = 20_000
let home: ReturnType<typeof temporaryHome>
let base: number
let runtime: Runtime

beforeEach(async () => {
  home = temporaryHome()
  base = await freeBase()
  runtime = await start()
  const admin = await connectAdmin(runtime.profile, 'test')
  for (const topic of topics) await applyTopicChange(admin, { kind: 'create', topic })
  await admin.disconnect()
})

afterEach(async () => {
  await runtime.stop()
  rmSync(home.folder, { recursive: true, force: true })
})

function start(): Promise<Runtime> {
  return Runtime.start(home, { portBase: base, progress: () => undefined })
}

describe.each(TESTED_CLIENTS)('the de-duplication on %s', (client) => {
  test('is exact through a kill -9 and restart of the broker under load', { timeout: 240_000 }, async () => {
    const stop = new AbortController()
    const metrics = dedupMetrics()
    const running = runDedup(runtime.profile, {
      ...DEFAULTS,
      client,
      sessionTimeoutMs: 3_000,
      retentionMs: 24 * 60 * 60 * 1000,
      mode: 'fixed',
      signal: stop.signal,
      say: (line) => process.env.PLAYSTREAM_DEBUG && process.stderr.write(`${line}\n`),
      metrics,
    })
    let restarted: Promise<void> | undefined
    const outcome = await produceTransactions(runtime.profile, {
      seed: 5,
      start: Date.now(),
      rate: 4_000,
      count: COUNT,
      durationMs: Number.POSITIVE_INFINITY,
      duplicates: 0.3,
      lateDuplicates: 0.05,
      malformed: 0.01,
      signal: new AbortController().signal,
      progress: () => {
        if (metrics.dedup.records > COUNT / 8) restarted ??= restart()
      },
    })
    await restarted
    expect(restarted).toBeDefined()
    const { unique, duplicate, lateDuplicate, malformed } = outcome.byKind
    expect(unique + duplicate + lateDuplicate + malformed).toBe(COUNT)
    await expectExactlyOnce(runtime.profile, { unique, duplicates: duplicate + lateDuplicate, malformed })
    stop.abort()
    await running
  })
})

async function restart(): Promise<void> {
  const broker = runtime.services.find((service) => service.name === 'Apache Kafka')
  process.kill(broker?.process.pid ?? 0, 'SIGKILL')
  await runtime.crashed
  await runtime.stop()
  runtime = await start()
}
