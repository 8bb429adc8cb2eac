import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { becomesTrue } from '../../kafka/becomes-true.ts'

const POLL_MS = 50

/** Identifies a process, even if a later process gets the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** The start time in the system's own notation; only good for comparison. */
  readonly started: string
}

/** The identity of a running process; undefined if no process has the number. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether this process, not a later one of the same number, still runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.started === process.started
}

/** Sends SIGTERM, after the grace period SIGKILL, and returns when the process is gone. */
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

/** Field 22 of proc_pid_stat(5), in ticks since boot. The command's name before it may contain anything, even brackets. */
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

/** The start time in a line of `ps -o state= -o lstart=`; undefined if the process has ended or is a zombie. */
export function startedInPs(line: string): string | undefined {
  return /^\s*(?!Z)\S+\s+(\S.*?)\s*$/.exec(line)?.[1]
}
