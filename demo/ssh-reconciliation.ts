import type { AttackReport } from '../observability/ssh/attacks/attack-report.ts'
import type { PlantedAttack } from '../producers/ssh-attack.ts'

/** The planted attacks compared with the detector's reports. */
export interface SshReconciliation {
  /** Planted attacks with enough failed attempts to be detected. */
  readonly planted: number
  /** Planted attacks that were reported. */
  readonly detected: number
  readonly missed: number
  /** Reported addresses and hosts without a planted attack. */
  readonly falseAlarms: number
  /** One sentence per missed attack and per false alarm. */
  readonly problems: readonly string[]
}

export interface SshReconciliationOptions {
  /** The detector's threshold: failed attempts from one address that make an attack. */
  readonly maxFailures: number
  /** Time of the first line, in ms since the epoch; reports that ended earlier belong to another run. */
  readonly from: number
}

/**
 * Compares the planted attacks with all reports of `ssh-attacks` since the first line. Assumes that the attempts of an
 * attack lie within the detector's window, as generated. An attack cut off below the threshold may or may not be
 * reported, because sshd announces an attempt some lines before its outcome. Attacks are matched by address; the kind
 * is ignored.
 */
export function reconcileSsh(
  planted: readonly PlantedAttack[],
  reports: readonly AttackReport[],
  { maxFailures, from }: SshReconciliationOptions,
): SshReconciliation {
  const due = planted.filter(({ attempts }) => attempts >= maxFailures).map(({ address }) => address)
  const own = reports.filter(({ last }) => Date.parse(last) >= from)
  const found = namesOf(own, 'address')
  const missed = due.filter((address) => !found.has(address))
  const possible = planted.filter(({ attempts, complete }) => attempts >= maxFailures || !complete)
  const expected = {
    address: new Set(possible.map(({ address }) => address)),
    host: new Set(planted.flatMap(({ hosts }) => hosts)),
  }
  const falseAlarms = (['address', 'host'] as const).flatMap((scope) =>
    [...namesOf(own, scope)].filter((name) => !expected[scope].has(name)).map((name) => `${scope} ${name}`),
  )
  return {
    planted: due.length,
    detected: due.length - missed.length,
    missed: missed.length,
    falseAlarms: falseAlarms.length,
    problems: [
      ...missed.map((address) => `the planted attack from ${address} was not detected`),
      ...falseAlarms.map((name) => `an attack was reported that was not planted: ${name}`),
    ],
  }
}

/** Reported addresses or hosts, depending on the scope. */
function namesOf(reports: readonly AttackReport[], scope: AttackReport['scope']): Set<string> {
  const own = reports.filter((report) => report.scope === scope)
  return new Set(own.flatMap(({ addresses, hosts }) => (scope === 'address' ? addresses : hosts)))
}
