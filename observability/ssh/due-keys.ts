import type { Store } from '../../streams/store.ts'

/** Entries of the schedule in a processor's store, beside the processor's own. Each is small, however much is due. */
export type Schedule =
  /** The slices of time in which something is due, in their order. */
  | { readonly type: 'slices'; readonly slices: readonly number[] }
  /** How many are due in one slice. */
  | { readonly type: 'slice'; readonly count: number }
  /** One of them. */
  | { readonly type: 'due'; readonly due: Due }

/** What to look at: something of a key, such as one of its attacks. */
export interface Due {
  readonly key: string
  readonly id: string
}

const SLICES = 16
/** No address and no host begins so. */
const PREFIX = '\0due'
const INDEX = Buffer.from(PREFIX)

/**
 * Keys to look at once stream time has passed a point, kept in the processor's store: a processor is only ever called with
 * a record, and some record will come. Each is given back within a sixteenth of the window after its time. To add one costs
 * the same however many there are, and no entry of the store grows with their number.
 */
export class DueKeys {
  readonly #widthMs: number

  constructor(windowMs: number) {
    this.#widthMs = Math.max(1, Math.ceil(windowMs / SLICES))
  }

  add(store: Store<Schedule>, due: Due, at: number): void {
    const slice = Math.floor(at / this.#widthMs) + 1
    const count = countOf(store, slice)
    if (count === 0) this.#addSlice(store, slice)
    store.put(nameOf(slice, count), { type: 'due', due })
    store.put(nameOf(slice), { type: 'slice', count: count + 1 })
  }

  /** Takes what is due by now, in the order in which it is due. */
  take(store: Store<Schedule>, streamTime: number): Due[] {
    const slices = slicesOf(store)
    const passed = slices.filter((slice) => slice * this.#widthMs <= streamTime)
    if (passed.length === 0) return []
    store.put(INDEX, { type: 'slices', slices: slices.slice(passed.length) })
    return passed.flatMap((slice) => takeSlice(store, slice, streamTime))
  }

  #addSlice(store: Store<Schedule>, slice: number): void {
    const slices = slicesOf(store)
    if (slices.includes(slice)) return
    store.put(INDEX, { type: 'slices', slices: [...slices, slice].sort((one, other) => one - other) })
  }
}

function takeSlice(store: Store<Schedule>, slice: number, streamTime: number): Due[] {
  const taken: Due[] = []
  const count = countOf(store, slice)
  for (let at = 0; at < count; at += 1) {
    const name = nameOf(slice, at)
    const entry = store.get(name)
    if (entry?.type !== 'due') continue
    taken.push(entry.due)
    store.put(name, entry, streamTime)
  }
  store.put(nameOf(slice), { type: 'slice', count: 0 }, streamTime)
  return taken
}

function slicesOf(store: Store<Schedule>): readonly number[] {
  const entry = store.get(INDEX)
  return entry?.type === 'slices' ? entry.slices : []
}

function countOf(store: Store<Schedule>, slice: number): number {
  const entry = store.get(nameOf(slice))
  return entry?.type === 'slice' ? entry.count : 0
}

function nameOf(slice: number, at?: number): Buffer {
  return Buffer.from(at === undefined ? `${PREFIX} ${slice}` : `${PREFIX} ${slice} ${at}`)
}
