import type { HealthReport } from '../../observability/alerts/health-report.ts'
import { printable } from '../terminal/printable.ts'

const WORDS = { open: 'ALERT', grown: 'ALERT', closed: 'over ' } as const

/** An alert as one line. */
export function alertLine({ last, state, severity, kind, message }: HealthReport): string {
  return `${last}  ${WORDS[state]}  ${severity.padEnd(8)}  ${kind}: ${printable(message)}`
}
