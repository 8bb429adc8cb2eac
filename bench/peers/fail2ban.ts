// fail2ban-regex tests a filter against a log file; Debian package fail2ban. It needs no daemon.
import { spawnSync } from 'node:child_process'

export function hasFail2ban(): boolean {
  return spawnSync('fail2ban-regex', ['--version']).status === 0
}

/** Turns off work that does not change the matches (checking all regexes, DNS, printing), so that it runs at its fastest. */
const FASTEST = ['--no-check-all', '--usedns=no', '--print-no-missed', '--print-no-ignored']

/**
 * Runs fail2ban's sshd filter in normal mode over a file, and waits for its end.
 * @throws Error if it fails
 */
export function fail2banRegex(file: string): void {
  const { status, stderr } = spawnSync('fail2ban-regex', [...FASTEST, file, 'sshd'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TZ: 'UTC' },
  })
  if (status !== 0) throw new Error(`fail2ban-regex ${file} ended with ${status}: ${stderr}`)
}
