import type { AttackReport, AttackScope } from '../attacks/attack-report.ts'

export interface SummaryOptions {
  /** Attacks whose last event was earlier are omitted; in ms since the epoch. */
  readonly since: number
  /** Most addresses, users, hosts and open attacks in the summary, each. */
  readonly top: number
}

/** The latest record of `ssh-counts` for an address or host. A count restarts after a day without an event. */
export interface CountReport {
  readonly scope: AttackScope
  readonly key: string
  readonly failures: number
  readonly attempts: number
  readonly successes: number
  /** ms since the epoch. */
  readonly first: number
  readonly last: number
}

/** An address or host with its counts and the number of its attacks. */
export interface RankedKey {
  readonly name: string
  readonly attempts: number
  readonly failures: number
  readonly successes: number
  readonly attacks: number
  /** ISO 8601. */
  readonly last: string
}

/** A user name that attacks tried. */
export interface RankedUser {
  readonly name: string
  /** Number of attacks by address that tried it. */
  readonly attacks: number
}

export interface AttackSummary {
  readonly since: string
  /** Attacks from one address, and attacks on one host from any addresses. */
  readonly attacks: { readonly byAddress: number; readonly byHost: number; readonly critical: number }
  readonly addresses: readonly RankedKey[]
  readonly hosts: readonly RankedKey[]
  readonly users: readonly RankedUser[]
  /** Attempts of attacks by address, by the hour (UTC) of the report that added them; hours without attempts are omitted. */
  readonly timeline: readonly { readonly hour: string; readonly attempts: number }[]
  readonly open: readonly AttackReport[]
}

const HOUR_MS = 60 * 60_000

/** Summarizes the records of `ssh-attacks` and `ssh-counts`. Expects the reports of each attack in order. */
export class AttackSummarizer {
  readonly #since: number
  readonly #top: number
  /** The latest report of each attack. */
  readonly #attacks = new Map<string, AttackReport>()
  readonly #counts = new Map<string, CountReport>()
  readonly #attemptsByHour = new Map<number, number>()

  constructor({ since, top }: SummaryOptions) {
    this.#since = since
    this.#top = top
  }

  addAttack(report: AttackReport): void {
    const { id, scope, attempts, last } = report
    const at = Date.parse(last)
    const before = this.#attacks.get(id)?.attempts ?? 0
    this.#attacks.set(id, report)
    // Skip host attacks: their attempts are already counted by address.
    if (scope !== 'address' || !(at >= this.#since) || attempts <= before) return
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS
    this.#attemptsByHour.set(hour, (this.#attemptsByHour.get(hour) ?? 0) + attempts - before)
  }

  /** A later count of a key replaces the earlier one. */
  addCount(count: CountReport): void {
    this.#counts.set(`${count.scope} ${count.key}`, count)
  }

  summary(): AttackSummary {
    const attacks = [...this.#attacks.values()].filter(({ last }) => Date.parse(last) >= this.#since)
    const byAddress = attacks.filter(({ scope }) => scope === 'address')
    const open = attacks.filter(({ state }) => state !== 'closed')
    return {
      since: new Date(this.#since).toISOString(),
      attacks: {
        byAddress: byAddress.length,
        byHost: attacks.length - byAddress.length,
        critical: byAddress.filter(({ severity }) => severity === 'critical').length,
      },
      addresses: this.#ranked('address', tally(byAddress.flatMap(({ addresses }) => addresses))),
      hosts: this.#ranked('host', tally(byAddress.flatMap(({ hosts }) => hosts))),
      users: [...tally(byAddress.flatMap(({ users }) => users))]
        .map(([name, count]) => ({ name, attacks: count }))
        .sort((one, other) => other.attacks - one.attacks || compare(one.name, other.name))
        .slice(0, this.#top),
      timeline: [...this.#attemptsByHour]
        .sort(([one], [other]) => one - other)
        .map(([hour, attempts]) => ({ hour: new Date(hour).toISOString(), attempts })),
      open: open.sort((one, other) => urgency(other) - urgency(one)).slice(0, this.#top),
    }
  }

  #ranked(scope: AttackScope, attacks: ReadonlyMap<string, number>): RankedKey[] {
    return [...this.#counts.values()]
      .filter((count) => count.scope === scope && count.last >= this.#since && count.attempts > 0)
      .sort((one, other) => other.attempts - one.attempts || compare(one.key, other.key))
      .slice(0, this.#top)
      .map(({ key, attempts, failures, successes, last }) => ({
        name: key,
        attempts,
        failures,
        successes,
        attacks: attacks.get(key) ?? 0,
        last: new Date(last).toISOString(),
      }))
  }
}

/** Sort key: critical attacks first, then by attempts. */
function urgency({ severity, attempts }: AttackReport): number {
  return severity === 'critical' ? attempts + Number.MAX_SAFE_INTEGER / 2 : attempts
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
