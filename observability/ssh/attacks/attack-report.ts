import { readJsonObject } from '../../formats/text/json-object.ts'
import type { AttackKind } from './attack.ts'

/** Whether failures are counted by remote address or by attacked host. */
export type AttackScope = 'address' | 'host'

/** A record of `ssh-attacks`, written when an attack opens, grows or closes. Times are ISO 8601. */
export interface AttackReport {
  /** The same in all reports of one attack. */
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

/** Parses a value of `ssh-attacks`; undefined if the detector did not write it. */
export function attackReportOf(value: Buffer | null): AttackReport | undefined {
  const report = readJsonObject(value?.toString() ?? '')
  const isWhole =
    TEXTS.every((name) => typeof report?.[name] === 'string') &&
    LISTS.every((name) => isTexts(report?.[name])) &&
    typeof report?.['attempts'] === 'number'
  return isWhole ? (report as unknown as AttackReport) : undefined
}

const TEXTS = ['id', 'scope', 'state', 'kind', 'severity', 'first', 'last'] as const
const LISTS = ['users', 'hosts', 'addresses'] as const

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}
