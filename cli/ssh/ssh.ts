import { group } from '../options/group.ts'
import { type AddVerb, loadNeeded, type Verbs } from '../options/lazy-verbs.ts'

/** `classify` needs no cluster, and is not to wait for what the others load. */
const VERBS: Verbs = {
  classify: async () => (await import('./ssh-classify.ts')).sshClassifyCommand,
  detect: async () => (await import('./ssh-detect.ts')).sshDetectCommand,
  report: async () => (await import('./ssh-report.ts')).sshReportCommand,
}

/** The command with the verb that the arguments behind `ssh` name, or with all of them. */
export async function sshCommandFor(args: readonly string[]): Promise<AddVerb> {
  const needed = await loadNeeded(VERBS, args)
  return (program) => {
    const command = group(program, 'ssh', 'attacks on SSH daemons, found in their logs')
    for (const add of needed) add(command)
  }
}
