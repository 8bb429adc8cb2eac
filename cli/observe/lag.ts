import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { createLogUpdate } from 'log-update'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { declaredGroups } from '../../observability/lag/declared-groups.ts'
import type { LagSnapshot } from '../../observability/lag/lag.ts'
import { LagMonitor } from '../../observability/lag/lag-monitor.ts'
import { durationOption } from '../options/duration-option.ts'
import { profileOf } from '../options/profile-option.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayError } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { lagJson, lagTable } from './lag-view.ts'

const LOOK_MS = 1_000

interface Options {
  group?: string[]
  watch?: true
  observe: number
  json?: true
}

export function lagCommand(program: Command): void {
  const command = program
    .command('lag')
    .description('how far each consumer group is behind, asked of the broker')
    .option('--group <name...>', 'only these groups; they need not be in the catalog')
    .option('--watch', 'go on until Ctrl-C, with a new look every second')
    .addOption(
      durationOption('--observe <time>', 'how long to look before the answer; verdicts need 20s', 1_000),
    )
    .option('--json', 'print it as JSON; with --watch a line for each look')
    .addHelpText(
      'after',
      `
Lag counts offsets from the committed one to the last stable one. A group that commits everything
has lag 0. Verdicts: ok, slow (its lag grows though it works), stalled (it commits nothing), stopped
(it has no members), rewound (its offset went back), unknown (it has lag and was not observed for
20 s).

Examples:
  playstream lag
  playstream lag --group transactions-dedup --watch
  playstream lag --observe 20s --json`,
    )
    .action((options: Options) => lag(command, options))
}

async function lag(command: Command, options: Options): Promise<void> {
  const profile = profileOf(command, 'dashboard')
  const admin = await connectAdmin(profile, 'lag')
  await admin.disconnect()
  const wanted = options.group && new Set(options.group)
  const monitor = new LagMonitor(profile, 'lag', declaredGroups)
  const only = (snapshot: LagSnapshot) => ({
    ...snapshot,
    groups: snapshot.groups.filter(({ group }) => wanted?.has(group) ?? true),
  })
  const signal = shutdownSignal(say)
  try {
    if (options.watch) await watch(monitor, only, options.json ?? false, signal)
    else await lookOnce(monitor, only, options, signal)
  } finally {
    await monitor.close()
  }
}

async function lookOnce(
  monitor: LagMonitor,
  only: (snapshot: LagSnapshot) => LagSnapshot,
  { group, observe, json }: Options,
  signal: AbortSignal,
): Promise<void> {
  const end = performance.now() + observe
  const first = await monitor.look()
  let snapshot = only(first)
  const all = first.groups.map((one) => printable(one.group))
  const missing = group?.filter((name) => !snapshot.groups.some((one) => one.group === name)) ?? []
  if (missing.length > 0) {
    say(
      `playstream: the cluster has no consumer group ${missing.map(printable).join(', ')}; it has: ${all.join(', ')}`,
    )
    process.exitCode = EXIT.failed
    return
  }
  while (performance.now() < end && !signal.aborted) {
    await sleep(Math.min(LOOK_MS, Math.max(0, end - performance.now())), undefined, { signal }).catch(
      () => undefined,
    )
    snapshot = only(await monitor.look())
  }
  if (json) printJson(lagJson(snapshot))
  else print(lagTable(snapshot))
}

async function watch(
  monitor: LagMonitor,
  only: (snapshot: LagSnapshot) => LagSnapshot,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  const draw = createLogUpdate(process.stdout, { showCursor: true })
  await monitor.run(
    LOOK_MS,
    (look) => {
      if ('error' in look) sayError(`playstream: ${look.error.message}`)
      else if (json) printJson(lagJson(only(look.snapshot)))
      else if (process.stdout.isTTY) draw(lagTable(only(look.snapshot)))
      else print(`${lagTable(only(look.snapshot))}\n`)
    },
    signal,
  )
  draw.done()
}
