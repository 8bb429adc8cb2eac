import type { GameEvent } from '../../../catalog/events.ts'
import { Draw } from './draw.ts'

const PLAYERS = 12
const EVENTS = 120

/** Health and positions of some players, in the order in which they happen. */
export function gameInput(seed: number, start: number): GameEvent[] {
  const draw = new Draw(seed)
  return Array.from({ length: EVENTS }, (_, at): GameEvent => {
    // At first only one of the two is known of a player.
    const player_id = `spieler-ö${draw.below(PLAYERS)}`
    const timestamp = start + at * 37
    if (draw.below(3) === 0)
      return { 'playstream.PlayerHealth': { player_id, health: draw.below(101), timestamp } }
    const x = draw.below(100_000) / 100
    const y = -draw.below(100_000) / 1_000
    return { 'playstream.PlayerPosition': { player_id, x, y: y === 0 ? 0 : y, timestamp } }
  })
}
