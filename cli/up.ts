import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import type { Profile } from '../kafka/profile.ts'
import { startDetached, startOrFind } from '../local/control.ts'
import { LocalRuntimeError } from '../local/errors.ts'
import { Home } from '../local/home.ts'
import { DEFAULT_PORT_BASE } from '../local/ports.ts'
import { portBase } from './arguments.ts'
import { print, printJson, say } from './output.ts'
import { shutdownSignal } from './shutdown.ts'

interface Options {
  detach?: true
  portBase: number
  json?: true
}

export function upCommand(program: Command): void {
  program
    .command('up')
    .description('run Apache Kafka and the schema registry on this machine, until Ctrl-C')
    .option('-d, --detach', 'return when they are ready, and let them run; playstream down stops them')
    .option(
      '--port-base <port>',
      'broker on this port, its controller and the registry on the next two',
      portBase,
      DEFAULT_PORT_BASE,
    )
    .option('--json', 'print where they are as JSON')
    .addHelpText('after', '\nExamples:\n  playstream up\n  playstream up --detach --port-base 19092')
    .action(up)
}

async function up(options: Options): Promise<void> {
  const home = Home.default()
  const stop = shutdownSignal(say)
  if (options.detach) {
    const script = fileURLToPath(new URL('main.ts', import.meta.url))
    say('starting in the background ...')
    const args = ['up', '--port-base', String(options.portBase)]
    tell(await startDetached(home, { script, args }, stop), options)
    return
  }
  const { own, profile } = await startOrFind(home, {
    portBase: options.portBase,
    progress: say,
    signal: stop,
  })
  tell(profile, options)
  if (!own) {
    say('it was running already; nothing was started')
    return
  }
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  const crash = await Promise.race([own.crashed, stopped])
  await own.stop()
  if (crash) throw new LocalRuntimeError('SERVICE_ENDED', crash)
  say('stopped; the data stays for the next start')
}

function tell({ bootstrapServers, registry }: Profile, options: Options): void {
  if (options.json) printJson({ bootstrapServers, registryUrl: registry.url })
  else print(`ready: Kafka at ${bootstrapServers.join(',')}, schema registry at ${registry.url}`)
}
