import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readLine } from '../../formats/test-reader.ts'
import { MODES } from '../rules/mode.ts'
import { SshClassifier } from './classifier.ts'
import type { SshEvent } from './event.ts'

/**
 * Lines as they follow on one another, whose labels were drafted by the classifier and then reviewed line by line: what a line comes to (its kind, with the mode from which on it is a
 * failure, or `info` or `success`; `none` is not sshd's), the address, the user, and the line. Addresses and names are
 * those of documentation.
 */
function labelled(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, -1)
}

/** The same lines with what they come to in each mode. */
function classified(rows: readonly string[]): string[] {
  const lines = rows.map((row) => row.split('\t')[3] ?? '')
  const byMode = MODES.map((mode) => {
    const classifier = new SshClassifier(mode)
    return lines.map((line) => classifier.classify(readLine(line)))
  })
  return lines.map((line, at) => {
    const events = byMode.map((ofMode) => ofMode[at])
    return [labelOf(events), events[0]?.remoteAddress ?? '-', events[0]?.user ?? '-', line].join('\t')
  })
}

function labelOf(events: readonly (SshEvent | undefined)[]): string {
  const event = events[0]
  if (!event) return 'none'
  const from = events.findIndex((one) => one?.outcome === 'failure')
  return `${event.kind} ${from < 0 ? event.outcome : MODES[from]}`
}

describe('the lines of real servers', () => {
  const rows = labelled('real-lines.tsv')
  test.each(classified(rows).map((is, at) => [rows[at], is]))('are what they are labelled: %s', (row, is) => {
    expect(is).toBe(row)
  })
})

describe('a failure, in whatever dress syslogs, journals and containers give it', () => {
  const rows = labelled('wrapped-lines.tsv')
  test.each(classified(rows).map((is, at) => [rows[at], is]))('is one: %s', (row, is) => {
    expect(is).toBe(row)
  })
})
