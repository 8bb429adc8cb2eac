import type { Store } from '../../../streams/store/store.ts'

/** What the detector kept in its store, before there were timers, of when to look at an attack. */
export type FormerSchedule =
  /** The slices of time in which something was due. */
  | { readonly type: 'slices'; readonly slices: readonly number[] }
  /** How much was due in one slice. */
  | { readonly type: 'slice'; readonly count: number }
  /** An attack to look at. */
  | { readonly type: 'due'; readonly due: FormerDue }

/** An open attack, and the address or host that it is an attack of. */
export interface FormerDue {
  readonly key: string
  readonly id: string
}

const SLICES = '\0due'

/**
 * Takes the schedule by stream time of an earlier version out of the store; every open attack is in it. The schedules by the
 * clocks of hosts are left: their entries expire within hours.
 */
export function takeFormerSchedule<E>(store: Store<E | FormerSchedule>): FormerDue[] {
  const index = store.get(Buffer.from(SLICES)) as FormerSchedule | undefined
  if (index?.type !== 'slices') return []
  const taken: FormerDue[] = []
  for (const slice of index.slices) {
    const name = `${SLICES} ${slice}`
    const entry = store.get(Buffer.from(name)) as FormerSchedule | undefined
    const count = entry?.type === 'slice' ? entry.count : 0
    for (let at = 0; at < count; at += 1) {
      const key = Buffer.from(`${name} ${at}`)
      const one = store.get(key) as FormerSchedule | undefined
      if (one?.type === 'due') taken.push(one.due)
      store.delete(key)
    }
    store.delete(Buffer.from(name))
  }
  store.delete(Buffer.from(SLICES))
  return taken
}
