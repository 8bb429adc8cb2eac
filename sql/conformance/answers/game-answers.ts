import type { GameEvent } from '../../../catalog/events.ts'

export interface State {
  readonly player_id: string
  readonly health: number | null
  readonly health_at: number | null
  readonly x: number | null
  readonly y: number | null
  readonly position_at: number | null
}

/** The player's state after each event: one state for each event. */
export function gameAnswers(events: readonly GameEvent[]): State[] {
  const known = new Map<string, State>()
  return events.map((event) => {
    const health = 'playstream.PlayerHealth' in event ? event['playstream.PlayerHealth'] : undefined
    const position = 'playstream.PlayerPosition' in event ? event['playstream.PlayerPosition'] : undefined
    const player_id = (health ?? position)?.player_id ?? ''
    const before = known.get(player_id)
    const state = {
      player_id,
      health: health?.health ?? before?.health ?? null,
      health_at: health?.timestamp ?? before?.health_at ?? null,
      x: position?.x ?? before?.x ?? null,
      y: position?.y ?? before?.y ?? null,
      position_at: position?.timestamp ?? before?.position_at ?? null,
    }
    known.set(player_id, state)
    return state
  })
}
