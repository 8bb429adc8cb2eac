import { describe, expect, test } from 'vitest'
import { readLine } from '../formats/test-reader.ts'
import { SshClassifier } from './classifier.ts'
import type { SshEvent } from './event.ts'
import { MODES } from './mode.ts'
import { DRESSED_LINES, type LabelledLine, REAL_LINES } from './test-real-lines.ts'

/** What the lines come to in each mode, labelled as the table is. */
function classified(lines: readonly LabelledLine[]): LabelledLine[] {
  const byMode = MODES.map((mode) => {
    const classifier = new SshClassifier(mode)
    return lines.map(([, , , line]) => classifier.classify(readLine(line)))
  })
  return lines.map(([, , , line], at) => {
    const events = byMode.map((events) => events[at])
    const event = events[0]
    return [labelOf(events), event?.remoteAddress, event?.user, line]
  })
}

function labelOf(events: readonly (SshEvent | undefined)[]): string {
  const event = events[0]
  if (!event) return 'none'
  const from = events.findIndex((one) => one?.outcome === 'failure')
  // Each mode has the failures of the one before it.
  expect(events.slice(from < 0 ? 4 : from).every((one) => one?.outcome === 'failure')).toBe(true)
  return `${event.kind} ${from < 0 ? event.outcome : MODES[from]}`
}

describe('the lines of real servers', () => {
  test.each(classified(REAL_LINES).map((is, at) => ({ is, row: REAL_LINES[at] })))(
    'are what they are labelled: $row.3',
    ({ row, is }) => {
      expect(is).toEqual(row)
    },
  )

  test.each(classified(DRESSED_LINES).map((is, at) => ({ is, row: DRESSED_LINES[at] })))(
    'are read in whatever dress: $row.3',
    ({ row, is }) => {
      expect(is).toEqual(row)
    },
  )
})
