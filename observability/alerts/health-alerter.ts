import type { LagSnapshot } from '../lag/lag.ts'
import { type DeliveryOptions, deliver } from './delivery.ts'
import { HealthAlerts } from './health-alerts.ts'
import type { HealthReport } from './health-report.ts'
import { HealthRules } from './health-rules.ts'

const MINUTE_MS = 60_000

/** The limits of the rules. A stalled processor is judged over 20 s before, a stopped one is seen at once. */
export const HEALTH_LIMITS = {
  openAfterMs: 30_000,
  closeAfterMs: 10_000,
  noInputMs: 5 * MINUTE_MS,
  quietMs: 5 * MINUTE_MS,
}

export interface HealthAlerterOptions extends DeliveryOptions {
  readonly limits?: typeof HEALTH_LIMITS
  /** Called with each alert when it is raised, before it is delivered. */
  readonly onAlert?: (report: HealthReport) => void
}

/** Raises alerts by looks at a cluster and delivers them one after the other, never delaying the looks. */
export class HealthAlerter {
  readonly #options: HealthAlerterOptions
  readonly #rules: HealthRules
  readonly #alerts: HealthAlerts
  readonly #stop = new AbortController()
  #deliveries: Promise<void> = Promise.resolve()

  constructor(options: HealthAlerterOptions) {
    const limits = options.limits ?? HEALTH_LIMITS
    this.#options = options
    this.#rules = new HealthRules(limits)
    this.#alerts = new HealthAlerts(limits)
  }

  /** @param orderViolations how many there were since the start; undefined where nobody checks */
  observe(snapshot: LagSnapshot, orderViolations?: number): void {
    const findings = this.#rules.judge(snapshot, orderViolations)
    for (const report of this.#alerts.observe(findings, snapshot.at)) {
      this.#options.onAlert?.(report)
      this.#deliveries = this.#deliveries.then(() => this.#deliver(report))
    }
  }

  /** Resolves when all alerts raised so far are delivered or have failed for good. */
  async settled(): Promise<void> {
    await this.#deliveries
  }

  /** Gives up what is not delivered yet. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#deliveries
  }

  async #deliver(report: HealthReport): Promise<void> {
    const { signal } = this.#stop
    try {
      await deliver(report, this.#options, signal)
    } catch (error) {
      const reason = signal.aborted ? 'stopped before' : (error as Error).message
      this.#options.warn(`alert not delivered: ${reason} (${report.state}, ${report.id})`)
    }
  }
}
