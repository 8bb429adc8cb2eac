// Lines per second of `ssh classify` and of fail2ban-regex on the same file, each timed as a whole process.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../local/home.ts'
import { HostLogs } from '../producers/host-logs.ts'
import { lineWriter } from '../producers/log-format.ts'
import { type Measurement, measurementOf } from './measure.ts'
import { fail2banRegex, hasFail2ban } from './peers/fail2ban.ts'

const LINES = 1_000_000
const TURNS = 3
/** As in the auth.log of a host under attack: mostly sshd's lines. */
const ATTACK_RATIO = 0.5

/** The classifier's results, and fail2ban's if it is installed. Needs no cluster. */
export function benchClassify(): Measurement[] {
  const folder = mkdtempSync(join(tmpdir(), 'playstream-bench-'))
  try {
    const file = join(folder, 'auth.log')
    writeLog(file)
    const contestants: [name: string, run: () => void][] = [
      ['ssh classify --summary', () => classify(file, '--summary')],
      ['ssh classify --json', () => classify(file, '--json')],
    ]
    if (hasFail2ban()) contestants.push(['fail2ban-regex, the same file', () => fail2banRegex(file)])
    else process.stderr.write('fail2ban-regex is not here to compare with: apt-get install fail2ban\n')
    const rates = new Map(contestants.map(([name]) => [name, [] as number[]]))
    // Interleaved, so that other load on the machine affects all contestants alike. The first turn warms up the caches.
    for (let turn = 0; turn <= TURNS; turn += 1) {
      for (const [name, run] of contestants) {
        const rate = rateOf(run)
        process.stderr.write(`${name}: ${Math.round(rate).toLocaleString('en-US')} lines/s\n`)
        if (turn > 0) rates.get(name)?.push(rate)
      }
    }
    return [...rates].map(([name, all]) => measurementOf(name, 'lines/s', all))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function writeLog(file: string): void {
  const start = Date.parse('2026-01-01T00:00:00Z')
  const logs = new HostLogs({ seed: 1, start, linesPerSecond: 100, hosts: 1, attackRatio: ATTACK_RATIO })
  const write = lineWriter('rfc3164')
  const descriptor = openSync(file, 'w')
  for (let line = 0; line < LINES; line += 1) writeSync(descriptor, `${write(logs.next())}\n`)
  closeSync(descriptor)
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
  for (const { name, min, median, max } of benchClassify()) {
    process.stdout.write(
      `${name}: ${[min, median, max].map(Math.round).join(' / ')} lines/s (min, median, max)\n`,
    )
  }
}
