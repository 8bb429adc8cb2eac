import type { HealthKind, HealthReport } from './health-report.ts'
import type { Finding } from './health-rules.ts'

export interface HealthAlertsOptions {
  /** How long a processor must be unwell before its alert, in ms: longer than a restart and a rebalance take. */
  readonly openAfterMs: number
  /** How long it must be well before the recovery message, in ms. */
  readonly closeAfterMs: number
}

/** Between looks further apart than this, in ms, nothing is known: the cluster did not answer. */
const BLIND_MS = 10_000

interface Watched {
  /** Since when it has been unwell without an alert, or well with one. */
  changingSince: number | undefined
  incident: { readonly id: string; readonly first: number; kind: HealthKind } | undefined
}

/**
 * Turns findings into alerts: one when an incident opens, one when its kind changes, one when it is over. What holds for a
 * moment only, as in a rebalance, stays silent. Knows no clock but the one that it is given.
 */
export class HealthAlerts {
  readonly #options: HealthAlertsOptions
  readonly #watched = new Map<string, Watched>()
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(options: HealthAlertsOptions) {
    this.#options = options
  }

  /**
   * The alerts that one look causes.
   * @param at when the cluster was asked, in ms since the epoch; a look that was given before is ignored
   */
  observe(findings: readonly Finding[], at: number): HealthReport[] {
    if (at <= this.#lastAt) return []
    if (at - this.#lastAt > BLIND_MS) for (const one of this.#watched.values()) one.changingSince = undefined
    this.#lastAt = at
    return findings.flatMap((finding) => this.#observeOne(finding, at))
  }

  #observeOne(finding: Finding, at: number): HealthReport[] {
    const key = `${finding.rule} ${finding.subject}`
    const watched = this.#watched.get(key) ?? { changingSince: undefined, incident: undefined }
    this.#watched.set(key, watched)
    if (finding.kind === 'unclear') return []
    return finding.kind === 'well'
      ? this.#well(watched, finding, at)
      : this.#unwell(watched, { ...finding, kind: finding.kind }, at)
  }

  #unwell(watched: Watched, finding: Finding & { readonly kind: HealthKind }, at: number): HealthReport[] {
    const { incident } = watched
    if (incident) {
      watched.changingSince = undefined
      if (incident.kind === finding.kind) return []
      incident.kind = finding.kind
      return [reportOf(finding, incident, 'grown', at)]
    }
    watched.changingSince ??= at
    // Dead letters and order violations have happened; only a processor may come back by itself.
    const waitMs = finding.scope === 'processor' ? this.#options.openAfterMs : 0
    if (at - watched.changingSince < waitMs) return []
    const first = watched.changingSince
    const id = `${finding.rule} ${finding.subject} ${new Date(first).toISOString()}`
    watched.incident = { id, first, kind: finding.kind }
    watched.changingSince = undefined
    return [reportOf(finding, watched.incident, 'open', at)]
  }

  #well(watched: Watched, finding: Finding, at: number): HealthReport[] {
    const { incident } = watched
    if (!incident) {
      watched.changingSince = undefined
      return []
    }
    watched.changingSince ??= at
    const waitMs = finding.scope === 'processor' ? this.#options.closeAfterMs : 0
    if (at - watched.changingSince < waitMs) return []
    watched.incident = undefined
    watched.changingSince = undefined
    return [reportOf(finding, incident, 'closed', at)]
  }
}

function reportOf(
  { scope, subject, message }: Finding,
  { id, first, kind }: NonNullable<Watched['incident']>,
  state: HealthReport['state'],
  at: number,
): HealthReport {
  const text = state === 'closed' ? `over: ${RECOVERED[kind]}` : message
  return {
    id,
    scope,
    state,
    kind,
    severity: SEVERITY[kind],
    subject,
    message: text,
    first: new Date(first).toISOString(),
    last: new Date(at).toISOString(),
  }
}

const SEVERITY: Record<HealthKind, HealthReport['severity']> = {
  'processor-stalled': 'critical',
  'processor-stopped': 'critical',
  'dead-letters': 'warning',
  'no-input': 'warning',
  'order-violation': 'critical',
  test: 'warning',
}

const RECOVERED: Record<HealthKind, string> = {
  'processor-stalled': 'the processor works again',
  'processor-stopped': 'the processor works again, or has nothing left to do',
  'dead-letters': 'no more records were set aside',
  'no-input': 'records come again',
  'order-violation': 'no more events came out of order',
  test: 'nothing was wrong',
}
