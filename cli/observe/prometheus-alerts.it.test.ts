import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'
import { hasPrometheus, Prometheus } from '../testing/test-prometheus.ts'

const cluster = ownCluster()
const running: Playstream[] = []
let prometheus: Prometheus | undefined

afterEach(async () => {
  for (const one of running) one.process.kill('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await prometheus?.stop()
})

function start(...args: string[]): Playstream {
  const started = new Playstream(cluster.home, args)
  running.push(started)
  return started
}

async function metricsOf(command: Playstream): Promise<string> {
  return /http:\S+(?=\/metrics)/.exec(await command.says(/metrics at /))?.[0] ?? ''
}

async function interrupt(command: Playstream): Promise<void> {
  command.process.kill('SIGINT')
  await command.ended
}

test.skipIf(!hasPrometheus)(
  'each alert fires under its fault, and none in a rebalance (skipped where Prometheus is not installed)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'playstream-alerts-'))
    expect(await playstream(cluster.home, 'schemas', 'apply')).toMatchObject({ code: 0 })
    const served = ['--metrics-port', '0']
    const dashboard = start('dashboard', '--port', '0', ...served)
    start('produce', 'transactions', '--rate', '100', '--malformed', '0')
    const game = start('produce', 'game', '--rate', '100')
    const dedup = start('dedup', 'run', ...served)
    const other = start('dedup', 'run')
    // Longer than the monitor's window: a process that does not go on is stalled before the broker puts it out.
    const players = start('stream', 'run', 'player-state', '--session-timeout', '2m', ...served)
    const detector = start('ssh', 'detect', ...served)
    const [cluster_, dedup_, players_, detector_] = await Promise.all(
      [dashboard, dedup, players, detector].map(metricsOf),
    )
    prometheus = await Prometheus.start({
      'playstream-cluster': cluster_ as string,
      'playstream-dedup-processor': dedup_ as string,
      'playstream-player-state-processor': players_ as string,
      'playstream-attack-detector': detector_ as string,
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
    const log = join(folder, 'auth.log')
    await playstream(cluster.home, 'produce', 'transactions', '--count', '20', '--malformed', '0.5')
    await playstream(
      cluster.home,
      'logs',
      'generate',
      '--count',
      '300',
      '--rate',
      'max',
      '--attack-ratio',
      '0.9',
      '--out',
      log,
    )
    expect(await playstream(cluster.home, 'logs', 'ship', log, '--once')).toMatchObject({ code: 0 })
    await Promise.all([interrupt(dedup), interrupt(game)])
    rmSync(folder, { recursive: true })
    await Promise.all([
      prometheus.fires('DeadLettersRise', 'topic="transactions-dlq"'),
      prometheus.fires('AttackOpen'),
      prometheus.fires('NoInput', 'topic="game-events"'),
      prometheus.fires('ProcessorStopped', 'consumergroup="transactions-rekey"'),
      prometheus.fires('ProcessorStalled', 'consumergroup="player-state"'),
    ])
  },
)
