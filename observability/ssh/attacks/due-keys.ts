import type { Store } from '../../../streams/store/store.ts'

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
/** A lane has so many slices at most: only a clock that runs wild needs more. */
const MOST_SLICES = 1_000
/** No address and no host begins so. */
const PREFIX = '\0due'

/** By which clock something is due, and until when it is kept, in stream time; for ever by default. */
export interface Lane {
  readonly name: string
  readonly forgetAt?: number
}

/** Stream time. */
const STREAM: Lane = { name: '' }

/**
 * Keys to look at once a clock has passed a point, kept in the processor's store: a processor is only ever called with
 * a record, and some record will come. Each is given back within a sixteenth of the window after its time. To add one costs
 * the same however many there are, and no entry of the store grows with their number. Each clock has a lane of its own.
 */
export class DueKeys {
  readonly #widthMs: number

  constructor(windowMs: number) {
    this.#widthMs = Math.max(1, Math.ceil(windowMs / SLICES))
  }

  add(store: Store<Schedule>, due: Due, at: number, lane = STREAM): void {
    const slice = Math.floor(at / this.#widthMs) + 1
    const count = countOf(store, lane, slice)
    if (count === 0 && !addSlice(store, lane, slice)) return
    store.put(nameOf(lane, slice, count), { type: 'due', due }, lane.forgetAt)
    store.put(nameOf(lane, slice), { type: 'slice', count: count + 1 }, lane.forgetAt)
  }

  /** Takes what is due by a time of the lane's clock, in the order in which it is due. */
  take(store: Store<Schedule>, time: number, streamTime: number, lane = STREAM): Due[] {
    const slices = slicesOf(store, lane)
    const passed = slices.filter((slice) => slice * this.#widthMs <= time)
    if (passed.length === 0) return []
    const left = slices.slice(passed.length)
    store.put(indexOf(lane), { type: 'slices', slices: left }, left.length === 0 ? streamTime : lane.forgetAt)
    return passed.flatMap((slice) => takeSlice(store, lane, slice, streamTime))
  }
}

/** Whether there is room for one more slice. */
function addSlice(store: Store<Schedule>, lane: Lane, slice: number): boolean {
  const slices = slicesOf(store, lane)
  if (slices.length >= MOST_SLICES && lane !== STREAM) return false
  const all = slices.includes(slice) ? slices : [...slices, slice].sort((one, other) => one - other)
  store.put(indexOf(lane), { type: 'slices', slices: all }, lane.forgetAt)
  return true
}

function takeSlice(store: Store<Schedule>, lane: Lane, slice: number, streamTime: number): Due[] {
  const taken: Due[] = []
  const count = countOf(store, lane, slice)
  for (let at = 0; at < count; at += 1) {
    const name = nameOf(lane, slice, at)
    const entry = store.get(name)
    if (entry?.type !== 'due') continue
    taken.push(entry.due)
    store.put(name, entry, streamTime)
  }
  store.put(nameOf(lane, slice), { type: 'slice', count: 0 }, streamTime)
  return taken
}

function slicesOf(store: Store<Schedule>, lane: Lane): readonly number[] {
  const entry = store.get(indexOf(lane))
  return entry?.type === 'slices' ? entry.slices : []
}

function countOf(store: Store<Schedule>, lane: Lane, slice: number): number {
  const entry = store.get(nameOf(lane, slice))
  return entry?.type === 'slice' ? entry.count : 0
}

function indexOf({ name }: Lane): Buffer {
  return Buffer.from(`${PREFIX}${name}`)
}

function nameOf({ name }: Lane, slice: number, at?: number): Buffer {
  return Buffer.from(at === undefined ? `${PREFIX}${name} ${slice}` : `${PREFIX}${name} ${slice} ${at}`)
}
