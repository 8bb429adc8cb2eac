import type { Command } from 'commander'
import { group } from './group.ts'
import { sshClassifyCommand } from './ssh-classify.ts'

export function sshCommand(program: Command): void {
  const command = group(program, 'ssh', 'attacks on SSH daemons, found in their logs')
  sshClassifyCommand(command)
}
