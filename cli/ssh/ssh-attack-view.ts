import type { AttackReport } from '../../observability/ssh/attacks/attack-report.ts'
import { grouped } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'

/** How many names of each kind a line shows. */
const SHOWN = 3

/** An attack as one line that is safe for a terminal: attackers can choose hosts, users and addresses. */
export function attackLine(report: AttackReport): string {
  const { state, kind, severity, scope, attempts, users, hosts, addresses, last } = report
  const whose =
    scope === 'address'
      ? `from ${firstNames(addresses)} on ${firstNames(hosts)}`
      : `on ${firstNames(hosts)} from ${firstNames(addresses)}`
  const mark = severity === 'critical' ? 'CRITICAL ' : ''
  return printable(
    `${state.padEnd(6)}  ${mark}${kind} ${whose}: ${grouped(attempts)} attempts as ${firstNames(users)}, last ${last}`,
  )
}

/** The first names, and how many more there are. */
export function firstNames(names: readonly string[]): string {
  if (names.length === 0) return '-'
  const more = names.length - SHOWN
  return names.slice(0, SHOWN).map(named).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** A name; an empty one as two quotes. */
function named(name: string): string {
  return name === '' ? "''" : name
}
