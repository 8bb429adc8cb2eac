import { useSyncExternalStore } from 'react'
import type { Connection } from '../../../../web/client/leader.ts'
import { SharedEvents } from '../../../../web/client/shared-events.ts'
import type {
  AttacksState,
  ClusterState,
  DeadLettersState,
  DuplicatesState,
  PlayersState,
  ServerState,
} from '../../protocol.ts'

interface States {
  readonly server: ServerState
  readonly cluster: ClusterState
  readonly players: PlayersState
  readonly duplicates: DuplicatesState
  readonly attacks: AttacksState
  readonly 'dead-letters': DeadLettersState
}

const NAMES = ['server', 'cluster', 'players', 'duplicates', 'attacks', 'dead-letters'] as const

const events = new SharedEvents('/api/stream', NAMES)

/** The latest state of that name as the server sent it; undefined before the first one. */
export function useLive<Name extends keyof States>(name: Name): States[Name] | undefined {
  return useSyncExternalStore(events.subscribe, () => events.state(name) as States[Name] | undefined)
}

/** Calls back with each new state, without rendering; returns what ends that. */
export function onLive<Name extends keyof States>(
  name: Name,
  listen: (state: States[Name]) => void,
): () => void {
  let last: unknown
  const look = () => {
    const state = events.state(name)
    if (state === undefined || state === last) return
    last = state
    listen(state as States[Name])
  }
  look()
  return events.subscribe(look)
}

/** How the connection to the server is. */
export function useConnection(): Connection {
  return useSyncExternalStore(events.subscribe, () => events.connection)
}
