import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readLine } from '../../formats/test-reader.ts'
import { LONGEST_LINE } from '../../formats/text/lines.ts'
import { MODES } from '../rules/mode.ts'
import { SAMPLES } from '../rules/test-samples.ts'
import { SshClassifier } from '../sessions/classifier.ts'
import type { SshEvent } from '../sessions/event.ts'
import { LogClassifier } from './log-classifier.ts'
import { classifiedBytes, classifiedText } from './test-log.ts'

function labelledLines(file: string): string[] {
  const rows = readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, -1)
  return rows.map((row) => row.split('\t')[3] ?? '')
}

const LOG = Buffer.from(
  [
    ...labelledLines('../sessions/real-lines.tsv'),
    ...labelledLines('../sessions/wrapped-lines.tsv'),
    ...SAMPLES.map(({ message }, at) => `Nov 20 10:00:${10 + (at % 50)} web-1 sshd[${at % 7}]: ${message}`),
    'Nov 20 10:01:00 web-1 sshd[1]: Invalid user élan from 192.0.2.1 port 1',
    'Nov 20 10:01:00 web-1 sshd[1]: Invalid user bob from 192.0.2.1 port 1\r',
    '',
    '\r',
    'Nov 20 10:01:00 web-1 sshd[1]: Invalid user last from 192.0.2.1 port 1',
  ].join('\n'),
)

describe('LogClassifier', () => {
  test.each(MODES)(
    'gives the same events as the line-by-line classifier, for any chunk size, in mode %s',
    (mode) => {
      const expected = classifiedText(LOG, mode)
      for (const chunk of [1, 7, 64, 1000, LOG.length])
        expect(classifiedBytes(LOG, mode, chunk)).toEqual(expected)
    },
  )

  test('replaces invalid UTF-8 with U+FFFD', () => {
    const log = Buffer.from(
      'Nov 20 10:01:00 web-1 sshd[1]: Invalid user \xff\xe9 from 192.0.2.1 port 1\n',
      'latin1',
    )
    expect(classifiedBytes(log, 'normal')[0]).toMatchObject({ kind: 'invalid-user', user: '\ufffd\ufffd' })
  })

  test('truncates a line that is too long', () => {
    const events: (SshEvent | undefined)[] = []
    const classifier = new LogClassifier(new SshClassifier('normal'), readLine, (event) => events.push(event))
    const line = `Nov 20 10:01:00 web-1 sshd[1]: ${'x'.repeat(LONGEST_LINE)}\n`
    classifier.push(
      Buffer.from(`${line}Nov 20 10:01:00 web-1 sshd[1]: Invalid user a from 192.0.2.1 port 1\n`),
    )
    expect(events.map((event) => event?.kind)).toEqual(['other', 'invalid-user'])
    expect(classifier.cut).toBe(1)
  })
})
