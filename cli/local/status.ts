import type { Command } from 'commander'
import { localProfile } from '../../kafka/profile/local-profile.ts'
import { type Status, status } from '../../local/control.ts'
import { Home } from '../../local/home.ts'
import { EXIT } from '../terminal/exit.ts'
import { print, printJson, table } from '../terminal/output.ts'
import type { ProcessorStatus } from './processors-status.ts'

const CODES = {
  running: EXIT.ok,
  starting: EXIT.failed,
  unhealthy: EXIT.failed,
  stopped: EXIT.differs,
} as const

export function statusCommand(program: Command): void {
  program
    .command('status')
    .description(
      'ask the services of the local runtime for their health, and the broker for the processors; exit 0 if the services run, 1 if unhealthy, 3 if stopped',
    )
    .option('--json', 'print the status as JSON')
    .addHelpText(
      'after',
      `
The verdict on a processor comes from one look: stopped has no members, ok has no lag, unknown has
members and lag. playstream lag --observe 20s judges further. --json gives processors as null if the
broker does not tell within two seconds.

Example:
  playstream status --json`,
    )
    .action(async (options: { json?: true }) => {
      const home = Home.default()
      const found = await status(home)
      process.exitCode = CODES[found.state]
      const processors = await processorsOf(found, home)
      if (options.json) {
        printJson(found.broker ? { ...found, processors: processors ?? null } : found)
        return
      }
      print(`runtime   ${found.state}${found.ownerPid ? ` (pid ${found.ownerPid})` : ''}`)
      if (found.broker)
        print(`kafka     ${answer(found.broker)}  ${found.broker.address}${pid(found.broker)}`)
      if (found.registry)
        print(`registry  ${answer(found.registry)}  ${found.registry.url}${pid(found.registry)}`)
      if (found.flink)
        print(
          `flink     ${answer(found.flink)}  ${found.flink.url}, dashboard at ${found.flink.page}${pid(found.flink)}`,
        )
      if (found.broker) print(`\n${processorsText(processors)}`)
    })
}

/** Loads the Kafka clients only if there is a broker to ask. */
async function processorsOf(found: Status, home: Home): Promise<readonly ProcessorStatus[] | undefined> {
  if (!found.broker?.answers) return undefined
  const { processorsStatus } = await import('./processors-status.ts')
  return processorsStatus(localProfile(home.profile))
}

function processorsText(processors: readonly ProcessorStatus[] | undefined): string {
  if (!processors) return 'the processors are not known: the broker did not tell in time'
  const rows = processors.map(({ group, verdict, members, lag }) => [group, verdict, members, lag])
  return table([['group', 'verdict', 'members', 'lag'], ...rows])
}

function answer({ answers }: { readonly answers: boolean }): string {
  return answers ? 'answers' : 'does not answer'
}

function pid(service: { readonly pid?: number }): string {
  return service.pid ? ` (pid ${service.pid})` : ''
}
