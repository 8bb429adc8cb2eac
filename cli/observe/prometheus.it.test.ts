import { afterEach, expect, test } from 'vitest'
import { Writer } from '../../kafka/clients/writer.ts'
import { ownRuntime } from '../../local/test-own-runtime.ts'
import { commandsOf, interrupt, metricsUrlOf } from '../testing/test-commands.ts'
import { hasPrometheus, Prometheus } from '../testing/test-prometheus.ts'

const cluster = ownRuntime()
const start = commandsOf(cluster)
let prometheus: Prometheus | undefined

afterEach(async () => {
  await prometheus?.stop()
})

async function send(topic: string, ...values: string[]): Promise<void> {
  const writer = await Writer.connect(cluster.profile, 'operator')
  const messages = values.map((value) => ({ key: 'web', value }))
  await writer.send(topic, messages, () => undefined).finally(() => writer.close())
}

test.skipIf(!hasPrometheus)(
  'each alert fires under its fault, and none in a rebalance (skipped where Prometheus is not installed)',
  async () => {
    const served = ['--metrics-port', '0']
    const dashboard = start('dashboard', '--port', '0', ...served)
    start('produce', 'transactions', '--rate', '100', '--malformed', '0')
    const game = start('produce', 'game', '--rate', '100')
    const dedup = start('dedup', 'run', ...served)
    const other = start('dedup', 'run')
    // Longer than the monitor's window: a process that does not go on is stalled before the broker puts it out.
    const players = start('stream', 'run', 'player-state', '--session-timeout', '2m', ...served)
    const detector = start('ssh', 'detect', ...served)
    prometheus = await Prometheus.start({
      'playstream-cluster': await metricsUrlOf(dashboard),
      'playstream-dedup-processor': await metricsUrlOf(dedup),
      'playstream-player-state-processor': await metricsUrlOf(players),
      'playstream-attack-detector': await metricsUrlOf(detector),
    })
    const members = 'kafka_consumergroup_members{consumergroup="transactions-dedup"}'
    await prometheus.sees(`${members} == 2`)
    await prometheus.sees('kafka_consumergroup_members{consumergroup="player-state"} == 1')
    await prometheus.sees('sum(playstream_ready) == 4')

    await interrupt(other)
    // As long as a fault would take to fire.
    await prometheus.sees(`max_over_time(${members}[8s]) == 1`)
    expect(await prometheus.fired()).toEqual([])

    players.process.kill('SIGSTOP')
    await send('transactions', 'not JSON')
    const now = new Date().toISOString()
    const failed = 'Failed password for root from 203.0.113.7 port 4711 ssh2'
    const line = JSON.stringify({ timestamp: now, host: 'web', app: 'sshd', pid: 1, message: failed })
    await send('logs', ...Array.from({ length: 20 }, () => line))
    // The processor counts its dead letters: it must be scraped before it stops.
    await prometheus.fires('DeadLettersRise', 'topic="transactions-dlq"')
    await Promise.all([interrupt(dedup), interrupt(game)])
    await Promise.all([
      prometheus.fires('AttackOpen'),
      prometheus.fires('NoInput', 'topic="game-events"'),
      prometheus.fires('ProcessorStopped', 'consumergroup="transactions-rekey"'),
      prometheus.fires('ProcessorStalled', 'consumergroup="player-state"'),
    ])
  },
  // Eight processes start, and the monitor's window alone is 20 s.
  180_000,
)
