import type { Attack } from '../../protocol.ts'

export interface Worst {
  readonly name: string
  readonly attempts: number
  readonly attacks: number
}

/** Addresses by their attempts, most first. Attacks on hosts are left out: their attempts are already counted by address. */
export function worstAddresses(attacks: readonly Attack[], most: number): Worst[] {
  return worst(attacks, ({ addresses }) => addresses, most)
}

/** Users by the attempts of the attacks that tried them, most first. */
export function worstUsers(attacks: readonly Attack[], most: number): Worst[] {
  return worst(attacks, ({ users }) => users, most)
}

function worst(
  attacks: readonly Attack[],
  namesOf: (attack: Attack) => readonly string[],
  most: number,
): Worst[] {
  const found = new Map<string, { attempts: number; attacks: number }>()
  for (const attack of attacks) {
    if (attack.scope === 'host') continue
    for (const name of new Set(namesOf(attack))) {
      const sum = found.get(name) ?? { attempts: 0, attacks: 0 }
      found.set(name, { attempts: sum.attempts + attack.attempts, attacks: sum.attacks + 1 })
    }
  }
  return [...found]
    .map(([name, sums]) => ({ name, ...sums }))
    .sort((one, other) => other.attempts - one.attempts)
    .slice(0, most)
}
