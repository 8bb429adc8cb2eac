// fail2ban's own tool for trying a filter on a log, from Debian's package of that name. It needs no daemon.
import { spawnSync } from 'node:child_process'

/** Whether this machine has it. */
export function hasFail2ban(): boolean {
  return spawnSync('fail2ban-regex', ['--version']).status === 0
}

/** What it need not do for the same matches, so that it is as fast as it can be: asking name servers, trying on, printing. */
const FASTEST = ['--no-check-all', '--usedns=no', '--print-no-missed', '--print-no-ignored']

/**
 * Runs its filter for sshd over a file, in its normal mode; returns when it is done.
 * @throws Error where it fails
 */
export function fail2banRegex(file: string): void {
  const { status, stderr } = spawnSync('fail2ban-regex', [...FASTEST, file, 'sshd'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TZ: 'UTC' },
  })
  if (status !== 0) throw new Error(`fail2ban-regex ${file} ended with ${status}: ${stderr}`)
}
