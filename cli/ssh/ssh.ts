import { group } from '../options/group.ts'
import { type AddVerb, loadNeeded, type Verbs } from '../options/lazy-verbs.ts'

/** Loaded one by one, because `classify` needs no cluster and should not wait for the Kafka clients. */
const VERBS: Verbs = {
  classify: async () => (await import('./ssh-classify.ts')).sshClassifyCommand,
  detect: async () => (await import('./ssh-detect.ts')).sshDetectCommand,
  report: async () => (await import('./ssh-report.ts')).sshReportCommand,
}

/** The command `ssh` with the subcommand that the arguments name, or with all subcommands. */
export async function sshCommandFor(args: readonly string[]): Promise<AddVerb> {
  const needed = await loadNeeded(VERBS, args)
  return (program) => {
    const command = group(program, 'ssh', 'find SSH attacks in logs')
    for (const add of needed) add(command)
  }
}
