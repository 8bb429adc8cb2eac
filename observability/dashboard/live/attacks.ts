import type { StreamRecord } from '../../../kafka/protocol/record.ts'
import { type AttackReport, attackReportOf } from '../../ssh/attacks/attack-report.ts'
import type { AttacksState } from '../protocol.ts'

const MOST_CLOSED = 200
const MOST_OPEN = 500

/** Attacks by what was last reported of each, from `ssh-attacks`. */
export class Attacks {
  readonly #attacks = new Map<string, AttackReport>()

  apply(records: readonly StreamRecord[]): void {
    for (const { value } of records) {
      const report = attackReportOf(value)
      if (!report) continue
      this.#attacks.delete(report.id)
      this.#attacks.set(report.id, report)
    }
    this.#forget((state) => state === 'closed', MOST_CLOSED)
    this.#forget((state) => state !== 'closed', MOST_OPEN)
  }

  get state(): AttacksState {
    const newestFirst = [...this.#attacks.values()].reverse()
    const open = newestFirst.filter(({ state }) => state !== 'closed')
    const closed = newestFirst.filter(({ state }) => state === 'closed')
    return { open: open.length, attacks: [...open, ...closed] }
  }

  /** Forgets those reported longest ago. */
  #forget(isMeant: (state: AttackReport['state']) => boolean, most: number): void {
    const meant = [...this.#attacks.values()].filter(({ state }) => isMeant(state))
    for (const { id } of meant.slice(0, Math.max(0, meant.length - most))) this.#attacks.delete(id)
  }
}
