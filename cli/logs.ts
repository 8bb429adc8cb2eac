import type { Command } from 'commander'
import { group } from './group.ts'
import { logsGenerateCommand } from './logs-generate.ts'

export function logsCommand(program: Command): void {
  const command = group(program, 'logs', 'the log lines of the platform’s hosts')
  logsGenerateCommand(command)
}
