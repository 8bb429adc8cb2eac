import { expect, test } from 'vitest'
import { stderrOf } from '../testing/test-script.ts'

function logged(body: string): string[] {
  return stderrOf(`
    import { canRedraw, hideSecrets, openLog, say, sayError, warn } from 'cli/terminal/log.ts'
    import { Secret } from 'kafka/profile/secret.ts'
    ${body}`)
}

const EVERY_LEVEL = "say('running'); warn('a broker is gone'); sayError('playstream: no broker')"

test('lines written before the log is opened are plain text', () => {
  expect(logged(EVERY_LEVEL)).toEqual(['running', 'a broker is gone', 'playstream: no broker'])
})

test('a text log writes plain lines to a pipe', () => {
  expect(logged(`await openLog('text', 'log-shipper'); ${EVERY_LEVEL}`)).toEqual([
    'running',
    'a broker is gone',
    'playstream: no broker',
  ])
})

test.each(['json', 'auto'])('a log in format %s writes JSON lines to a pipe', (format) => {
  const before = Date.now()
  const lines = logged(`await openLog('${format}', 'log-shipper'); ${EVERY_LEVEL}`)
  const records = lines.map((line) => JSON.parse(line))
  expect(records.map(({ time, ...rest }) => rest)).toEqual([
    { level: 'info', component: 'log-shipper', msg: 'running' },
    { level: 'warn', component: 'log-shipper', msg: 'a broker is gone' },
    { level: 'error', component: 'log-shipper', msg: 'no broker' },
  ])
  for (const { time } of records) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(Date.parse(time)).toBeGreaterThanOrEqual(before)
  }
})

test('a message with several lines becomes one JSON line without control characters', () => {
  const message = 'ended:\nat x\u001b[2J\u009b\u202e'
  const lines = logged(`await openLog('json', 'demo'); say(${JSON.stringify(message)})`)
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  expect(JSON.parse(lines[0] as string).msg).toBe(message)
})

test.each(['text', 'json'])('a hidden secret appears as *** in format %s', (format) => {
  const value = 'pa$$wörd"1'
  const lines = logged(
    `await openLog('${format}', 'demo'); hideSecrets(new Secret('${value}'), new Secret(''))
     sayError('refused: ${value} and ${value}')`,
  )
  expect(lines.join('\n')).toContain('refused: *** and ***')
  expect(lines.join('\n')).not.toContain('wörd')
})

test('a log in JSON is never redrawn in place', () => {
  expect(
    logged(
      `Object.assign(process.stderr, { isTTY: true }); say(String(canRedraw()))
       await openLog('json', 'demo'); say(String(canRedraw()))
       await openLog('auto', 'demo'); say(String(canRedraw()))`,
    ).map((line) => line.match(/true|false/)?.[0]),
  ).toEqual(['true', 'false', 'true'])
})
