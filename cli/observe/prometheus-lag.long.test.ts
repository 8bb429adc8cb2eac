import { afterEach, expect, test } from 'vitest'
import { ownRuntime } from '../../local/test-own-runtime.ts'
import { commandsOf, interrupt, metricsUrlOf } from '../testing/test-commands.ts'
import { hasPrometheus, Prometheus } from '../testing/test-prometheus.ts'

const start = commandsOf(ownRuntime())
let prometheus: Prometheus | undefined

afterEach(async () => {
  await prometheus?.stop()
})

test.skipIf(!hasPrometheus)(
  'LagGrows fires while a processor is slower than its input, and is over once it is fast (skipped where Prometheus is not installed)',
  async () => {
    const dashboard = start('dashboard', '--port', '0', '--metrics-port', '0')
    // One record in a transaction of a millisecond or more: a few hundred per second at most.
    const slow = start('stream', 'run', 'player-state', '--batch-size', '1')
    await slow.says(/running/)
    // The events of one player are in one partition; of several, so slow a processor would leave some without any commit.
    const game = start('produce', 'game', '--rate', '3000', '--players', '1')
    prometheus = await Prometheus.start({ 'playstream-cluster': await metricsUrlOf(dashboard) })
    const isSlow = 'playstream_consumergroup_verdict{consumergroup="player-state",verdict="slow"}'
    await prometheus.fires('LagGrows', 'consumergroup="player-state"')

    expect(await interrupt(slow)).toBe(0)
    await interrupt(game)
    start('stream', 'run', 'player-state')
    await prometheus.sees(
      'kafka_consumergroup_lag_sum{consumergroup="player-state",topic="game-events"} == 0',
    )
    await prometheus.sees(`${isSlow} == 0`)
    await prometheus.sees('absent(ALERTS{alertname="LagGrows"})')
  },
  180_000,
)
