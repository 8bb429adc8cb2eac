import type { AttackReport } from '../observability/ssh/attack-report.ts'
import type { PlantedAttack } from '../producers/ssh-attack.ts'

/** What was planted in the logs, against what the detector made of it. */
export interface SshBooks {
  /** Attacks from an address that had as many failed attempts as one takes. */
  readonly planted: number
  /** Those of them that were found. */
  readonly detected: number
  readonly missed: number
  /** Addresses, and hosts, that were reported and that no planted attack was from, or on. */
  readonly falseAlarms: number
  /** A sentence for each that is not as it should be. */
  readonly problems: readonly string[]
}

export interface SshBooksOptions {
  /** What the detector was told is an attack from one address. */
  readonly maxFailures: number
  /** When the first line was written, in ms since the epoch: what was over by then is another run's. */
  readonly from: number
}

/**
 * Compares the attacks that were planted with all that `ssh-attacks` said since the first line. It takes every attack's
 * attempts to lie within the detector's window, as the generator plants them. One that was cut off by the end with too few
 * need not be found, and may be: sshd announces an attempt some lines before the last word on it. An attack is found by its
 * address; how it is called is no matter here.
 */
export function sshBooks(
  planted: readonly PlantedAttack[],
  reports: readonly AttackReport[],
  { maxFailures, from }: SshBooksOptions,
): SshBooks {
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

/** The addresses, or hosts, whose attacks were reported. */
function namesOf(reports: readonly AttackReport[], scope: AttackReport['scope']): Set<string> {
  const own = reports.filter((report) => report.scope === scope)
  return new Set(own.flatMap(({ addresses, hosts }) => (scope === 'address' ? addresses : hosts)))
}
