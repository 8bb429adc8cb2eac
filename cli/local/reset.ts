import type { Command } from 'commander'
import { reset } from '../../local/control.ts'
import { Home } from '../../local/home.ts'
import { confirm } from '../terminal/confirm.ts'
import { EXIT } from '../terminal/exit.ts'
import { say } from '../terminal/log.ts'
import { print } from '../terminal/output.ts'

export function resetCommand(program: Command): void {
  const command = program
    .command('reset')
    .description(
      'stop the local runtime and delete its topics, schemas and offsets, but not the downloaded programs',
    )
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', '\nExample:\n  playstream reset --yes')
  command.action(async (options: { yes?: true }) => {
    const home = Home.default()
    const agreed = options.yes ?? (await confirm(`Delete everything in ${home.data}?`))
    if (agreed === undefined)
      command.error('reset deletes data, and there is no terminal to ask for confirmation: add --yes')
    if (!agreed) {
      say('nothing was deleted')
      process.exitCode = EXIT.failed
      return
    }
    await reset(home)
    print('the local data is deleted')
  })
}
