import type { SshEvent } from '../observability/ssh/event.ts'
import type { Mode } from '../observability/ssh/mode.ts'
import type { SshTally } from '../observability/ssh/tally.ts'
import { grouped } from './output.ts'
import { printable, printableJson } from './printable.ts'

/** A row of text is written as soon as its line is read, so its columns have widths of their own. */
const WIDTHS = [24, 12, 7, 22, 24] as const

export const HEADING = row(['time', 'host', 'outcome', 'kind', 'address', 'user'])

export function eventRow(event: SshEvent): string {
  const { time, host, outcome, kind, remoteAddress, user, because, count } = event
  const cells = [time ?? '-', host ?? '-', outcome, kind, remoteAddress ?? '-', user ?? '-']
  const notes = [
    ...(count === undefined ? [] : [`${count} times`]),
    ...(because === undefined ? [] : [`because of ${because}`]),
    ...(event.pending ? ['its address is not told yet'] : []),
  ]
  return `${printable(row(cells) + (notes.length === 0 ? '' : `  (${notes.join(', ')})`))}\n`
}

/** An event as JSON.stringify has it, built by hand: that it is printed is most of the work of a line. */
export function eventJson(event: SshEvent): string {
  const { user, remoteAddress, remotePort, method, count, attempts, because } = event
  const time = event.time === null ? 'null' : `"${event.time}"`
  let json = `{"time":${time},"host":${quoted(event.host)},"pid":${event.pid},"kind":"${event.kind}","outcome":"${event.outcome}"`
  if (user !== undefined) json += `,"user":${quoted(user)}`
  if (remoteAddress !== undefined) json += `,"remoteAddress":${quoted(remoteAddress)}`
  if (remotePort !== undefined) json += `,"remotePort":${remotePort}`
  if (method !== undefined) json += `,"method":${quoted(method)}`
  json += event.preauth ? ',"preauth":true' : ',"preauth":false'
  if (count !== undefined) json += `,"count":${count}`
  if (attempts !== undefined) json += `,"attempts":${attempts}`
  if (event.pending) json += ',"pending":true'
  if (because !== undefined) json += `,"because":"${because}"`
  return `${json}}\n`
}

/** Characters that stand for themselves in JSON, and steer nothing. */
const PLAIN = /^[ !#-[\]-~]*$/

function quoted(text: string | null): string {
  return text !== null && PLAIN.test(text) ? `"${text}"` : printableJson(text)
}

export function summaryText(tally: SshTally, mode: Mode): string {
  const cut = tally.cut === 0 ? '' : `; ${grouped(tally.cut)} lines were cut to a mebibyte`
  return (
    `${grouped(tally.lines)} lines in mode ${mode}: ${grouped(tally.failures)} failures (${grouped(tally.attempts)} attempts, ` +
    `${grouped(tally.addresses)} addresses), ${grouped(tally.successes)} successes, ${grouped(tally.infos)} info, ` +
    `${grouped(tally.others)} of other programs${cut}`
  )
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd()
}
