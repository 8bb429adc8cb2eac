import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readLine } from '../../formats/test-reader.ts'
import { MODES } from '../rules/mode.ts'
import { SshClassifier } from './classifier.ts'
import type { SshEvent } from './event.ts'

/**
 * Consecutive log lines with labels, which the classifier drafted and a person reviewed line by line. Columns: the kind
 * with the first mode in which it is a failure, or `info` or `success` (`none` if the line is not sshd's); the address;
 * the user; the line. Addresses and names are reserved for documentation.
 */
function labelled(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, -1)
}

/** The same lines with the labels that the classifier gives them. */
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

describe('lines of real servers', () => {
  const rows = labelled('real-lines.tsv')
  test.each(classified(rows).map((is, at) => [rows[at], is]))('are classified as labelled: %s', (row, is) => {
    expect(is).toBe(row)
  })
})

describe('a failure wrapped by a syslog, journal or container format', () => {
  const rows = labelled('wrapped-lines.tsv')
  test.each(classified(rows).map((is, at) => [rows[at], is]))('is classified as labelled: %s', (row, is) => {
    expect(is).toBe(row)
  })
})
