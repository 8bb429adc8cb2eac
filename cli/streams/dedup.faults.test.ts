import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFailed, test } from 'vitest'
import { TESTED_CLIENTS } from '../../kafka/stream/test-stream-clients.ts'
import { runtimeOfTest } from '../../local/test-own-runtime.ts'
import { produceTransactions } from '../../producers/transaction-producer.ts'
import { expectExactlyOnce } from '../../streams/runtime/test-outcome.ts'
import { Playstream } from '../testing/test-playstream.ts'

const KILLS = 10
const SHARES = { duplicates: 0.3, lateDuplicates: 0.05, malformed: 0.01 }
const runtime = runtimeOfTest()

function dedup(...options: string[]): Playstream {
  return new Playstream(runtime.home, [
    'dedup',
    'run',
    '--session-timeout',
    '2s',
    '--commit-interval',
    '50ms',
    '--json',
    ...options,
  ])
}

/** Sends transactions until the returned function is called, which returns how many of each kind were sent. */
function load(seed: number) {
  const stop = new AbortController()
  const sending = produceTransactions(runtime.profile, {
    ...SHARES,
    seed,
    start: Date.now(),
    rate: 1_500,
    count: Number.POSITIVE_INFINITY,
    durationMs: Number.POSITIVE_INFINITY,
    signal: stop.signal,
  })
  return async () => {
    stop.abort()
    const { byKind } = await sending
    const { unique, duplicate, lateDuplicate, malformed } = byKind
    return { unique, duplicates: duplicate + lateDuplicate, malformed }
  }
}

describe('playstream dedup run', () => {
  test.each(TESTED_CLIENTS)(
    `on %s is exact when it is killed with -9 ${KILLS} times at random moments under load`,
    { timeout: 300_000 },
    async (client) => {
      const sent = load(11)
      for (let kill = 0; kill < KILLS; kill += 1) {
        const victim = dedup('--client', client)
        await victim.says(/^running/)
        // A random moment: before the process has joined the group, while it restores, in the middle of a transaction.
        await sleep(Math.random() * 4_000)
        victim.process.kill('SIGKILL')
        await victim.ended
      }
      const last = dedup('--client', client)
      await expectExactlyOnce(runtime.profile, await sent())
      last.process.kill('SIGTERM')
      expect(await last.ended).toBe(0)
    },
  )

  test('refuses the commit of an instance that was paused past its session, and stays exact', {
    timeout: 300_000,
  }, async () => {
    const sent = load(12)
    const instances = [dedup(), dedup()] as const
    onTestFailed(() => instances.forEach((instance) => void process.stderr.write(`\n${instance.output}`)))
    await Promise.all(instances.map((instance) => instance.says(/re-keyed [1-9]/)))
    const [zombie, other] = instances
    for (let attempt = 0; attempt < 5 && !/starting over/.test(zombie.output); attempt += 1) {
      const taken = other.lines.length
      zombie.process.kill('SIGSTOP')
      // Past the session: the other instance has reported twice, with all partitions.
      await expect.poll(() => other.lines.length, { timeout: 30_000 }).toBeGreaterThan(taken + 1)
      zombie.process.kill('SIGCONT')
      const woken = zombie.lines.length
      await expect.poll(() => zombie.lines.length, { timeout: 30_000 }).toBeGreaterThan(woken + 1)
    }
    await expectExactlyOnce(runtime.profile, await sent())
    for (const instance of instances) instance.process.kill('SIGTERM')
    expect(await Promise.all(instances.map((instance) => instance.ended))).toEqual([0, 0])
    const figures = zombie.json<{ rekey: { fencings: number }; dedup: { fencings: number } }>()
    expect(figures.rekey.fencings + figures.dedup.fencings).toBeGreaterThan(0)
  })
})
