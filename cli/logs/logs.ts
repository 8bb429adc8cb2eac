import type { Command } from 'commander'
import { group } from '../options/group.ts'
import { logsConfigCommand } from './logs-config.ts'
import { logsGenerateCommand } from './logs-generate.ts'
import { logsShipCommand } from './logs-ship.ts'

export function logsCommand(program: Command): void {
  const command = group(program, 'logs', 'ship and generate the logs of hosts')
  logsShipCommand(command)
  logsGenerateCommand(command)
  logsConfigCommand(command)
}
