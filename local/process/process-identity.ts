import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { becomesTrue } from '../../kafka/becomes-true.ts'

const POLL_MS = 50

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the system's own notation; only equality means something. */
  readonly started: string
}

/** The identity of a living process; undefined where there is none of that number. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether that very process still lives. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.started === process.started
}

/** Ends the process, politely and then not, and returns when it is gone. Does nothing where it already is. */
export async function end(target: ProcessIdentity, graceMs: number): Promise<void> {
  const isGone = () => !isAlive(target)
  signal(target, 'SIGTERM')
  if (await becomesTrue(isGone, { everyMs: POLL_MS, patienceMs: graceMs })) return
  signal(target, 'SIGKILL')
  await becomesTrue(isGone, { everyMs: POLL_MS })
}

export function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(target)) return
  try {
    process.kill(target.pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Field 22 of proc_pid_stat(5), in ticks since boot; the command's name before it may hold anything, brackets too. */
function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    const columns = ['-o', 'state=', '-o', 'lstart=']
    return startedInPs(
      execFileSync('ps', [...columns, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }),
    )
  } catch {
    return undefined
  }
}

/** When the process of a line of `ps -o state= -o lstart=` started; undefined where it has ended, a zombie included. */
export function startedInPs(line: string): string | undefined {
  return /^\s*(?!Z)\S+\s+(\S.*?)\s*$/.exec(line)?.[1]
}
