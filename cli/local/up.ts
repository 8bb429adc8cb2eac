import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import type { Profile } from '../../kafka/profile/profile.ts'
import { type Status, startDetached, startOrFind, status } from '../../local/control.ts'
import { LocalRuntimeError } from '../../local/errors.ts'
import { Home } from '../../local/home.ts'
import { DEFAULT_PORT_BASE } from '../../local/process/ports.ts'
import { portBase } from '../options/arguments.ts'
import { say } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'

interface Options {
  detach?: true
  portBase: number
  flink?: true
  json?: true
}

export function upCommand(program: Command): void {
  program
    .command('up')
    .description('run Apache Kafka and a schema registry on this machine until Ctrl-C')
    .option('-d, --detach', 'return when they are ready and leave them running until playstream down')
    .option(
      '--port-base <port>',
      'the first of six TCP ports: broker, controller, registry, and three for Flink',
      portBase,
      DEFAULT_PORT_BASE,
    )
    .option('--flink', 'also run Apache Flink, downloaded on first use; its jobs resume where they stopped')
    .option('--json', 'print the addresses as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  playstream up\n  playstream up --detach --port-base 19092\n  playstream up --flink',
    )
    .action(up)
}

async function up(options: Options): Promise<void> {
  const home = Home.default()
  const stop = shutdownSignal(say)
  if (options.detach) {
    const script = fileURLToPath(new URL('../main.ts', import.meta.url))
    say('starting in the background ...')
    const args = ['up', '--port-base', String(options.portBase), ...(options.flink ? ['--flink'] : [])]
    printAddresses(await startDetached(home, { script, args }, stop), await flinkOf(home), options)
    return
  }
  const { own, profile } = await startOrFind(home, {
    portBase: options.portBase,
    flink: options.flink ?? false,
    progress: say,
    signal: stop,
  })
  printAddresses(profile, await flinkOf(home), options)
  if (!own) {
    say('the local runtime was running already; nothing was started')
    return
  }
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  const crash = await Promise.race([own.crashed, stopped])
  await own.stop()
  if (crash) throw new LocalRuntimeError('SERVICE_ENDED', crash)
  say('stopped; the data is kept for the next start')
}

async function flinkOf(home: Home): Promise<Status['flink']> {
  return (await status(home)).flink
}

function printAddresses(
  { bootstrapServers, registry }: Profile,
  flink: Status['flink'],
  options: Options,
): void {
  if (options.json) {
    const urls = flink ? { flinkSqlUrl: flink.url, flinkPage: flink.page } : {}
    printJson({ bootstrapServers, registryUrl: registry.url, ...urls })
    return
  }
  const last = flink ? `, Flink SQL at ${flink.url}, Flink dashboard at ${flink.page}` : ''
  print(`ready: Kafka at ${bootstrapServers.join(',')}, schema registry at ${registry.url}${last}`)
}
