import type { AttackSummary, RankedKey } from '../../observability/ssh/report/attack-summary.ts'
import { grouped, table } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { attackLine } from './ssh-attack-view.ts'

/** The width of the longest bar of the timeline, in characters. */
const BAR = 40
/** The most characters of a name in a table: attackers choose names. */
const NAME = 60

/** The report as tables that are safe for a terminal. */
export function summaryText(summary: AttackSummary): string {
  const { attacks, addresses, hosts, users, timeline, open } = summary
  const head =
    `${count(attacks.byAddress, 'attack')} from an address since ${summary.since}, ${grouped(attacks.critical)} of them with a login; ` +
    `${count(attacks.byHost, 'attack')} on a host`
  const parts = [
    ...part('open attacks', open.length, () => open.map(attackLine).join('\n')),
    ...part('worst addresses', addresses.length, () => keys('address', addresses)),
    ...part('hosts', hosts.length, () => keys('host', hosts)),
    ...part('users tried', users.length, () =>
      table([['user', 'attacks'], ...users.map(({ name, attacks }) => [shown(name), attacks])]),
    ),
    ...part('attempts by hour, UTC', timeline.length, () => bars(timeline)),
  ]
  return [head, ...parts].join('\n\n')
}

function part(title: string, rows: number, text: () => string): string[] {
  return rows === 0 ? [] : [`${title}\n${text()}`]
}

function keys(heading: string, rows: readonly RankedKey[]): string {
  return table([
    [heading, 'attempts', 'failures', 'logins', 'attacks', 'last'],
    ...rows.map(({ name, attempts, failures, successes, attacks, last }) => [
      shown(name),
      attempts,
      failures,
      successes,
      attacks,
      last,
    ]),
  ])
}

function bars(timeline: AttackSummary['timeline']): string {
  const most = Math.max(...timeline.map(({ attempts }) => attempts))
  const rows = timeline.map(({ hour, attempts }) => [
    hour.slice(0, 16).replace('T', ' '),
    attempts,
    '#'.repeat(Math.ceil((attempts / most) * BAR)),
  ])
  return table([['hour', 'attempts', ''], ...rows])
}

function shown(name: string): string {
  if (name === '') return "''"
  const text = printable(name)
  return text.length <= NAME ? text : `${text.slice(0, NAME - 3)}...`
}

function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`
}
