import type { Mode } from '../../observability/ssh/rules/mode.ts'
import type { SshEvent } from '../../observability/ssh/sessions/event.ts'
import type { SshTally } from '../../observability/ssh/sessions/tally.ts'
import { grouped } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'

/** Fixed column widths: each row is written before the next line is read. */
const WIDTHS = [24, 12, 7, 22, 24] as const

export const HEADING = row(['time', 'host', 'outcome', 'kind', 'address', 'user'])

export function eventRow(event: SshEvent): string {
  const { time, host, outcome, kind, remoteAddress, user, because, count } = event
  const cells = [time ?? '-', host ?? '-', outcome, kind, remoteAddress ?? '-', user ?? '-']
  const notes = [
    ...(count === undefined ? [] : [`${count} times`]),
    ...(because === undefined ? [] : [`because of ${because}`]),
    ...(event.pending ? ['the address is in a later line'] : []),
  ]
  return `${printable(row(cells) + (notes.length === 0 ? '' : `  (${notes.join(', ')})`))}\n`
}

export function summaryText(tally: SshTally, mode: Mode): string {
  const cut = tally.cut === 0 ? '' : `; ${grouped(tally.cut)} lines cut to 1 MiB`
  const unreadable =
    tally.unreadable === 0 ? '' : `, ${grouped(tally.unreadable)} unreadable (unknown format)`
  return (
    `${grouped(tally.lines)} lines in mode ${mode}: ${grouped(tally.failures)} failures (${grouped(tally.attempts)} attempts, ` +
    `${grouped(tally.addresses)} addresses), ${grouped(tally.successes)} successes, ${grouped(tally.infos)} info, ` +
    `${grouped(tally.others)} of other programs${unreadable}${cut}`
  )
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd()
}
