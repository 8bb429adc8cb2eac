import type { Store } from '../../streams/store.ts'

/** Entries of the schedule in a processor's store, beside those of its own. */
export type Schedule =
  /** The slices of time in which something is due, in their order. */
  | { readonly type: 'slices'; readonly slices: readonly number[] }
  /** What is due in one of them. */
  | { readonly type: 'keys'; readonly keys: readonly string[] }

const SLICES = 16
/** No address and no host begins so. */
const INDEX = Buffer.from('\0due')

/**
 * Keys to look at once stream time has passed a point, kept in the processor's store: a processor is only ever called with
 * a record, and some record will come. Each is given back within a sixteenth of the window after its time.
 */
export class DueKeys {
  readonly #widthMs: number

  constructor(windowMs: number) {
    this.#widthMs = Math.max(1, Math.ceil(windowMs / SLICES))
  }

  add(store: Store<Schedule>, key: string, at: number): void {
    const slice = Math.floor(at / this.#widthMs) + 1
    const slices = this.#slices(store)
    if (!slices.includes(slice)) {
      const all = [...slices, slice].sort((one, other) => one - other)
      store.put(INDEX, { type: 'slices', slices: all })
    }
    const keys = keysOf(store, slice)
    if (!keys.includes(key)) store.put(nameOf(slice), { type: 'keys', keys: [...keys, key] })
  }

  /** Takes the keys whose time has passed. */
  take(store: Store<Schedule>, streamTime: number): string[] {
    const slices = this.#slices(store)
    const due = slices.filter((slice) => slice * this.#widthMs <= streamTime)
    if (due.length === 0) return []
    store.put(INDEX, { type: 'slices', slices: slices.slice(due.length) })
    return due.flatMap((slice) => {
      const keys = keysOf(store, slice)
      store.put(nameOf(slice), { type: 'keys', keys: [] }, streamTime)
      return keys
    })
  }

  #slices(store: Store<Schedule>): readonly number[] {
    const entry = store.get(INDEX)
    return entry?.type === 'slices' ? entry.slices : []
  }
}

function keysOf(store: Store<Schedule>, slice: number): readonly string[] {
  const entry = store.get(nameOf(slice))
  return entry?.type === 'keys' ? entry.keys : []
}

function nameOf(slice: number): Buffer {
  return Buffer.from(`\0due ${slice}`)
}
