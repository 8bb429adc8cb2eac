// Lines per second of `ssh classify` and of fail2ban-regex on the same file, each timed as a whole process.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../local/home.ts'
import { type Contestant, contest } from './contest.ts'
import { writeLog } from './log-input.ts'
import type { Measurement } from './measure.ts'
import { fail2banRegex, hasFail2ban } from './peers/fail2ban.ts'

const LINES = 1_000_000
const TURNS = 3
/** As in the auth.log of a host under attack, where most lines are sshd's. */
const ATTACK_RATIO = 0.5

/** Measures the classifier, and fail2ban if it is installed. Needs no cluster. */
export async function benchClassify(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'playstream-bench-'))
  try {
    const file = join(folder, 'auth.log')
    const start = Date.parse('2026-01-01T00:00:00Z')
    writeLog(file, LINES, { start, linesPerSecond: 100, hosts: 1, attackRatio: ATTACK_RATIO })
    const contestants: Contestant<() => void>[] = [
      ['ssh classify --summary', () => classify(file, '--summary')],
      ['ssh classify --json', () => classify(file, '--json')],
    ]
    if (hasFail2ban()) contestants.push(['fail2ban-regex, the same file', () => fail2banRegex(file)])
    else process.stderr.write('fail2ban-regex is not installed: apt-get install fail2ban\n')
    // The warm-up fills the file cache.
    return await contest(contestants, { unit: 'lines/s', turns: TURNS, warmUps: 1, run: rateOf })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function rateOf(run: () => void): number {
  const started = performance.now()
  run()
  return LINES / ((performance.now() - started) / 1000)
}

function classify(file: string, output: string): void {
  const args = [join(ROOT, 'cli', 'playstream.mjs'), 'ssh', 'classify', '--tz', 'UTC', output, file]
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`ssh classify ended with ${status}: ${stderr}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, min, median, max } of await benchClassify()) {
    process.stdout.write(
      `${name}: ${[min, median, max].map(Math.round).join(' / ')} lines/s (min, median, max)\n`,
    )
  }
}
