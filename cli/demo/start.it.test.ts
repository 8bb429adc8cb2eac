import { describe, expect, test } from 'vitest'
import type { Reconciliation } from '../../demo/reconciliation.ts'
import { isHeld } from '../../local/process/lock.ts'
import { readProcesses } from '../../local/runtime.ts'
import { homeOfTest } from '../testing/test-own-cluster.ts'
import { Playstream } from '../testing/test-playstream.ts'

const own = homeOfTest()

describe('playstream start', () => {
  test('reconciles two runs over the same data, and stops what it started', async () => {
    for (const _ of ['first', 'second']) {
      const demo = new Playstream(own.home, [
        'start',
        '--port-base',
        String(own.portBase),
        // Twice as long as a quiet machine needs for the counts below.
        '--for',
        '6s',
        '--rate',
        '3000',
        '--log-rate',
        '400',
        '--json',
      ])
      expect(await demo.ended).toBe(0)
      const reconciliation = demo.json<Reconciliation>()
      expect(reconciliation).toMatchObject({
        ok: true,
        problems: [],
        consumed: { playersSeen: 100, orderViolations: 0 },
        logs: { lost: 0 },
        ssh: { missed: 0, falseAlarms: 0 },
      })
      expect(reconciliation.logs.lines).toBeGreaterThan(500)
      expect(reconciliation.logs.shipped).toBe(reconciliation.logs.lines)
      expect(reconciliation.ssh.planted).toBeGreaterThan(0)
      expect(reconciliation.ssh.detected).toBe(reconciliation.ssh.planted)
      expect(reconciliation.produced.gameEvents).toBeGreaterThan(6_000)
      expect(reconciliation.consumed.gameEvents).toBe(reconciliation.produced.gameEvents)
      const { transactions, uniqueTransactions, duplicateTransactions, malformedTransactions } =
        reconciliation.produced
      expect(uniqueTransactions + duplicateTransactions + malformedTransactions).toBe(transactions)
      expect(isHeld(own.home.lock)).toBe(false)
    }
  })

  test('on Ctrl-C drains, reconciles and stops; after a broker crash reports it and fails', async () => {
    const demo = new Playstream(own.home, ['start', '--port-base', String(own.portBase)])
    await demo.says(/game-events .*\/s in/)
    demo.process.kill('SIGINT')
    expect(await demo.ended).toBe(0)
    expect(demo.output).toContain('every record is accounted for')
    expect(isHeld(own.home.lock)).toBe(false)

    const broken = new Playstream(own.home, ['start', '--port-base', String(own.portBase), '--json'])
    await broken.says(/game-events .*\/s in/)
    const broker = Object.values(readProcesses(own.home)?.services ?? {})[0]
    process.kill(broker?.pid ?? 0, 'SIGKILL')
    expect(await broken.ended).toBe(1)
    expect(broken.output).toContain('Apache Kafka ended with signal SIGKILL')
    expect(isHeld(own.home.lock)).toBe(false)
  })
})
