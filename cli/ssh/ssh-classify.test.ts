import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ROOT } from '../../local/home.ts'

const folder = mkdtempSync(join(tmpdir(), 'playstream-classify-'))
afterAll(() => rmSync(folder, { recursive: true }))

const LOG = [
  'Dec 31 23:59:58 web-1 sshd[1]: Invalid user admin from 203.0.113.9 port 5',
  'Dec 31 23:59:59 web-1 sshd[1]: Failed password for invalid user admin from 203.0.113.9 port 5 ssh2',
  'Dec 31 23:59:59 web-1 sshd[1]: Connection closed by invalid user admin 203.0.113.9 port 5 [preauth]',
  'Jan  1 00:00:01 web-1 CRON[2]: session opened',
  'Jan  1 00:00:02 web-1 sshd[3]: Accepted publickey for bob from 2001:db8::7 port 5 ssh2: ED25519 SHA256:abc',
  '',
].join('\n')

const FAILED = 'Nov 26 09:01:00 gw1 sshd[301]: Failed password for root from 203.0.113.9 port 4201 ssh2'

/** Runs the command on this standard input. */
async function classify(input: string, ...args: string[]) {
  const child = spawn(
    join(ROOT, 'node_modules', '.bin', 'node'),
    [join(ROOT, 'cli', 'main.ts'), 'ssh', 'classify', ...args],
    // The profile does not exist: the command must not need one.
    { env: { ...process.env, PLAYSTREAM_PROFILE: 'absent' } },
  )
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, lines: output.split('\n').slice(0, -1), errors }
}

describe('ssh classify', () => {
  test('prints one object per sshd line to standard output, and a summary to standard error', async () => {
    const { code, lines, errors } = await classify(
      LOG,
      '--json',
      '--tz',
      'UTC',
      '--reference-time',
      '2026-01-02',
    )
    expect(code).toBe(0)
    const events = lines.map((line) => JSON.parse(line))
    expect(events.map(({ time, outcome, remoteAddress }) => [time, outcome, remoteAddress])).toEqual([
      ['2025-12-31T23:59:58.000Z', 'failure', '203.0.113.9'],
      ['2025-12-31T23:59:59.000Z', 'failure', '203.0.113.9'],
      ['2025-12-31T23:59:59.000Z', 'info', '203.0.113.9'],
      ['2026-01-01T00:00:02.000Z', 'success', '2001:db8::7'],
    ])
    expect(errors).toBe(
      '5 lines in mode normal: 2 failures (1 attempts, 1 addresses), 1 successes, 1 info, 1 of other programs\n',
    )
  })

  test('reads standard input for a dash, and takes the year of a file’s lines from its modification time', async () => {
    const file = join(folder, 'auth.log')
    writeFileSync(file, LOG)
    utimesSync(file, new Date('2019-01-01T12:00:00Z'), new Date('2019-01-01T12:00:00Z'))
    const { lines } = await classify(
      LOG,
      '--json',
      '--tz',
      'UTC',
      '--mode',
      'ddos',
      file,
      '-',
      '--year',
      '2020',
    )
    expect(lines).toHaveLength(8)
    const { lines: ofFile } = await classify('', '--json', '--tz', 'UTC', '--mode', 'ddos', file)
    expect(ofFile.map((line) => JSON.parse(line).time.slice(0, 4))).toEqual(['2018', '2018', '2018', '2019'])
    expect(ofFile.map((line) => JSON.parse(line).outcome)).toEqual([
      'failure',
      'failure',
      'failure',
      'success',
    ])
  })

  test('prints rows that are safe for a terminal', async () => {
    const { lines } = await classify('sshd[1]: Invalid user \u001b[31m from 203.0.113.9\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/failure {2}invalid-user .*203\.0\.113\.9 +\\x1b\[31m$/)
  })

  test('continues after an unreadable file, and exits with 1', async () => {
    const { code, lines, errors } = await classify(LOG, '--json', join(folder, 'absent.log'), '-')
    expect(code).toBe(1)
    expect(lines).toHaveLength(4)
    expect(errors).toMatch(/^playstream: cannot read .*absent\.log: ENOENT/)
  })

  const dressed = [
    { log: `${FAILED}\n`, stream: 'stderr', time: '2026-11-26T09:01:00.1Z' },
    { '@timestamp': '2026-11-26T09:01:01.000Z', message: FAILED, host: { name: 'gw1' } },
  ].map((record) => JSON.stringify(record))

  test('unwraps the lines of runtimes and collectors, and counts unreadable lines separately', async () => {
    const lines = [
      ...dressed,
      `2026-11-26T09:01:07.123456789Z stderr F ${FAILED}`,
      '95 <38>1 2026-11-26T09:01:11Z gw1 sshd 311 - - Failed password for root from 203.0.113.9 port 4211 ssh2',
      '4567 2026-11-26 09:01:12.123 Failed password for invalid user x from 203.0.113.9 port 4212 ssh2',
      'Nov 26 09:01:00 gw1 CRON[9]: job',
      '{"nothing":1}',
      'of no format',
      '',
    ]
    const { lines: events, errors } = await classify(`${lines.join('\n')}\n`, '--json', '--tz', 'UTC')
    expect(events.map((event) => JSON.parse(event).outcome)).toEqual(Array(5).fill('failure'))
    expect(errors).toContain('0 info, 2 of other programs, 2 unreadable')
  })

  test.each([
    ['a byte order mark', Buffer.from(`\uFEFF${FAILED}\n`)],
    ['UTF-16 of Windows', Buffer.from(`\uFEFF${FAILED}\r\n${FAILED}\r\n`, 'utf16le')],
  ])('reads a file in %s', async (name, bytes) => {
    const file = join(folder, `${name}.log`)
    writeFileSync(file, bytes)
    const { lines: events } = await classify('', '--json', '--tz', 'UTC', file)
    const count = bytes.toString('latin1').split('\n').length - 1
    expect(events.map((event) => JSON.parse(event).remoteAddress)).toEqual(Array(count).fill('203.0.113.9'))
  })

  test.each([
    [['--mode', 'strict'], /--mode .*It must be normal or ddos or extra or aggressive/],
    [['--tz', 'Europe/Nowhere'], /--tz .*It must be a time zone/],
    [['--year', '26'], /--year .*It must be a year/],
    [['--format', 'xml'], /--format .*It must be auto or rfc3164/],
  ])('refuses %j', async (args, message) => {
    const { code, errors } = await classify('', ...args)
    expect(code).toBe(2)
    expect(errors).toMatch(message)
  })
})
