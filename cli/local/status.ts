import type { Command } from 'commander'
import { status } from '../../local/control.ts'
import { Home } from '../../local/home.ts'
import { EXIT } from '../terminal/exit.ts'
import { print, printJson } from '../terminal/output.ts'

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
      'ask the services of the local runtime for their health; exit 0 if running, 1 if unhealthy, 3 if stopped',
    )
    .option('--json', 'print the status as JSON')
    .addHelpText('after', '\nExample:\n  playstream status --json')
    .action(async (options: { json?: true }) => {
      const found = await status(Home.default())
      process.exitCode = CODES[found.state]
      if (options.json) {
        printJson(found)
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
    })
}

function answer({ answers }: { readonly answers: boolean }): string {
  return answers ? 'answers' : 'does not answer'
}

function pid(service: { readonly pid?: number }): string {
  return service.pid ? ` (pid ${service.pid})` : ''
}
