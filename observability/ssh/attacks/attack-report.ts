import { readJsonObject } from '../../formats/text/json-object.ts'
import type { AttackKind } from './attack.ts'

/** Whose failures are counted together: those of a remote address, or those on a host. */
export type AttackScope = 'address' | 'host'

/** What `ssh-attacks` says when an attack opens, grows, and is over. Times are ISO 8601. */
export interface AttackReport {
  /** The same in all that is said of one attack. */
  readonly id: string
  readonly scope: AttackScope
  readonly state: 'open' | 'grown' | 'closed'
  readonly kind: AttackKind
  readonly severity: 'warning' | 'critical'
  readonly attempts: number
  /** The first 50 of each. */
  readonly users: readonly string[]
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
  readonly first: string
  readonly last: string
}

/** What a value of `ssh-attacks` says; undefined for one that the detector did not write. */
export function attackReportOf(value: Buffer | null): AttackReport | undefined {
  const report = readJsonObject(value?.toString() ?? '')
  const isWhole =
    TEXTS.every((name) => typeof report?.[name] === 'string') &&
    LISTS.every((name) => Array.isArray(report?.[name])) &&
    typeof report?.['attempts'] === 'number'
  return isWhole ? (report as unknown as AttackReport) : undefined
}

const TEXTS = ['id', 'scope', 'state', 'kind', 'severity', 'first', 'last'] as const
const LISTS = ['users', 'hosts', 'addresses'] as const
