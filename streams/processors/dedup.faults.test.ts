import { describe, expect, test } from 'vitest'
import { TESTED_CLIENTS } from '../../kafka/stream/test-stream-clients.ts'
import { runtimeOfTest } from '../../local/test-own-runtime.ts'
import { produceTransactions } from '../../producers/transaction-producer.ts'
import { DEFAULTS } from '../runtime/start-processor.ts'
import { expectExactlyOnce } from '../runtime/test-outcome.ts'
import { dedupMetrics, runDedup } from './dedup-pipeline.ts'

/** Records that the de-duplication has processed when the broker is killed, and that are written after its restart. */
const BEFORE_KILL = 2_500
const AFTER_KILL = 5_000
const runtime = runtimeOfTest()

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
    const sent = new AbortController()
    const restart = async () => {
      await runtime.kill()
      await runtime.start()
      atRestart = acknowledgedNow
    }
    let killed: Promise<void> | undefined
    let acknowledgedNow = 0
    let atRestart = Number.POSITIVE_INFINITY
    // However fast the processors are, the kill meets both them and the producer at work.
    const outcome = await produceTransactions(runtime.profile, {
      seed: 5,
      start: Date.now(),
      rate: 2_000,
      count: Number.POSITIVE_INFINITY,
      durationMs: Number.POSITIVE_INFINITY,
      duplicates: 0.3,
      lateDuplicates: 0.05,
      malformed: 0.01,
      signal: sent.signal,
      progress: ({ acknowledged }) => {
        if (metrics.dedup.records > BEFORE_KILL) killed ??= restart()
        acknowledgedNow = acknowledged
        if (acknowledged > atRestart + AFTER_KILL) sent.abort()
      },
    })
    await killed
    expect(killed).toBeDefined()
    const { unique, duplicate, lateDuplicate, malformed } = outcome.byKind
    expect(outcome).toMatchObject({ acknowledged: outcome.sent })
    expect(unique + duplicate + lateDuplicate + malformed).toBe(outcome.acknowledged)
    await expectExactlyOnce(runtime.profile, { unique, duplicates: duplicate + lateDuplicate, malformed })
    stop.abort()
    await running
  })
})
