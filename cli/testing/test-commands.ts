import { afterEach } from 'vitest'
import type { OwnRuntime } from '../../local/test-own-runtime.ts'
import { Playstream } from './test-playstream.ts'

/** Starts commands against a cluster, and ends what still runs of them after each test. */
export function commandsOf(cluster: OwnRuntime): (...args: readonly string[]) => Playstream {
  const running: Playstream[] = []
  afterEach(async () => {
    for (const one of running) one.process.kill('SIGKILL')
    await Promise.all(running.splice(0).map(({ ended }) => ended))
  })
  return (...args) => {
    const started = new Playstream(cluster.home, args)
    running.push(started)
    return started
  }
}

/** The address at which a command says that it serves its metrics. */
export async function metricsUrlOf(command: Playstream): Promise<string> {
  return /http:\S+(?=\/metrics)/.exec(await command.says(/metrics at /))?.[0] ?? ''
}

/** Asks a command to finish, and waits until it has. */
export async function interrupt(command: Playstream): Promise<number | string> {
  command.process.kill('SIGINT')
  return await command.ended
}
