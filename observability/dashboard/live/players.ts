import type { StreamRecord } from '../../../kafka/protocol/record.ts'
import { readJsonObject } from '../../formats/text/json-object.ts'
import type { PlayerRow, PlayersState } from '../protocol.ts'

/** A page can draw so many. */
const MOST_SHOWN = 500
/** Players beyond this number are forgotten, the longest unseen first. */
const MOST_KEPT = 20_000

/** The latest state of each player, from `player-state`. */
export class Players {
  /** In the order of their latest record, the oldest first. */
  readonly #players = new Map<string, PlayerRow>()

  apply(records: readonly StreamRecord[]): void {
    for (const { key, value } of records) {
      const id = String(key)
      this.#players.delete(id)
      const state = value && readJsonObject(value.toString())
      if (!state) continue
      const number = (name: string) => (Number.isFinite(state[name]) ? (state[name] as number) : null)
      const at = Math.max(number('health_at') ?? 0, number('position_at') ?? 0)
      this.#players.set(id, [id, number('x'), number('y'), number('health'), at || null])
    }
    for (const id of this.#players.keys()) {
      if (this.#players.size <= MOST_KEPT) break
      this.#players.delete(id)
    }
  }

  get state(): PlayersState {
    return { total: this.#players.size, players: [...this.#players.values()].slice(-MOST_SHOWN) }
  }
}
