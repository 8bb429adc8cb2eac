import type { PlayerRow, PlayersState } from '../../protocol.ts'

/** Where a player is drawn: on the way from one reported place to the next. */
interface Moving {
  readonly id: string
  health: number | null
  fromX: number
  fromY: number
  toX: number
  toY: number
  /** When the latest place came, by performance.now(). */
  since: number
}

export interface DrawnPlayer {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly health: number | null
}

/** A player reaches a new place in so many ms: a little more than the time between two states. */
const GLIDE_MS = 250

/** The players with smooth movements between the states that the server sends. */
export class Field {
  readonly #players = new Map<string, Moving>()

  /** @param now of a clock in ms */
  update({ players }: PlayersState, now: number): void {
    const seen = new Set<string>()
    for (const row of players) {
      if (this.#place(row, now)) seen.add(row[0])
    }
    for (const id of this.#players.keys()) if (!seen.has(id)) this.#players.delete(id)
  }

  /** Where everyone is at that moment. */
  at(now: number): DrawnPlayer[] {
    return [...this.#players.values()].map((player) => ({
      id: player.id,
      health: player.health,
      ...placeOf(player, now),
    }))
  }

  #place([id, x, y, health]: PlayerRow, now: number): boolean {
    if (x === null || y === null) return false
    const known = this.#players.get(id)
    if (!known) {
      this.#players.set(id, { id, health, fromX: x, fromY: y, toX: x, toY: y, since: now })
      return true
    }
    known.health = health
    if (known.toX === x && known.toY === y) return true
    const present = placeOf(known, now)
    Object.assign(known, { fromX: present.x, fromY: present.y, toX: x, toY: y, since: now })
    return true
  }
}

function placeOf({ fromX, fromY, toX, toY, since }: Moving, now: number): { x: number; y: number } {
  const share = Math.min(1, Math.max(0, (now - since) / GLIDE_MS))
  return { x: fromX + (toX - fromX) * share, y: fromY + (toY - fromY) * share }
}
