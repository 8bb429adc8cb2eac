import type { Command } from 'commander'
import { stopRuntime } from '../../local/control.ts'
import { Home } from '../../local/home.ts'
import { print } from '../terminal/output.ts'

export function downCommand(program: Command): void {
  program
    .command('down')
    .description('stop the local runtime, whoever started it, and keep its data')
    .addHelpText('after', '\nExample:\n  playstream down')
    .action(async () => {
      print((await stopRuntime(Home.default())) ? 'stopped' : 'nothing was running')
    })
}
