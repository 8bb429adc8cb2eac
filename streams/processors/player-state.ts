import type { GameEvent } from '../../catalog/events.ts'
import { topic } from '../../catalog/topics.ts'
import type { DeclaredProcessor } from '../runtime/processor.ts'
import { jsonCodec } from '../store/json-codec.ts'

const OUTPUT = topic('player-state').name

/** The last event of each type. Times are ms since the epoch; null before the first event. */
export interface PlayerState {
  readonly player_id: string
  readonly health: number | null
  readonly health_at: number | null
  readonly x: number | null
  readonly y: number | null
  readonly position_at: number | null
}

/**
 * Keeps the latest health and position of each player: the latest by offset, not by timestamp, because a player's events are
 * in one partition, in the order in which they were sent.
 */
export const playerState: DeclaredProcessor<PlayerState, GameEvent> = {
  name: 'player-state',
  codec: jsonCodec(),
  decodes: true,
  process({ headers, timestamp }, { store, forward }, event) {
    const change = changeOf(event)
    const key = Buffer.from(change.player_id)
    const state = { ...(store.get(key) ?? NOTHING_KNOWN), ...change }
    store.put(key, state)
    forward(OUTPUT, { key, value: Buffer.from(JSON.stringify(state)), headers, timestamp })
  },
}

const NOTHING_KNOWN = { health: null, health_at: null, x: null, y: null, position_at: null }

function changeOf(event: GameEvent): Pick<PlayerState, 'player_id'> & Partial<PlayerState> {
  if ('playstream.PlayerHealth' in event) {
    const { player_id, health, timestamp } = event['playstream.PlayerHealth']
    return { player_id, health, health_at: timestamp }
  }
  const { player_id, x, y, timestamp } = event['playstream.PlayerPosition']
  return { player_id, x, y, position_at: timestamp }
}
