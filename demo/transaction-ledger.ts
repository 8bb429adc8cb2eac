import { createHash } from 'node:crypto'

/**
 * Ids in a generation. At most 1,000 transactions wait for their late repetition, and about one of them is repeated for
 * every 13 new ids, so that a repetition half a million ids later practically never happens.
 */
const GENERATION = 2 ** 19

/** The state of one id. */
interface IdState {
  /** Whether `transactions` contains it. */
  isSent: boolean
  /** Records that passed with it. */
  passed: number
}

/**
 * Compares the input and the output of a de-duplication while both are read. Remembers an id until it has been both sent
 * and passed, and then as long as a repetition can arrive: there are two generations of ids, and settled ids are dropped
 * with the older one. So memory does not grow with the run.
 */
export class TransactionLedger {
  /** Records in `transactions`. */
  records = 0
  /** Records in `transactions` without an id. */
  malformed = 0
  /** Distinct ids in `transactions`. */
  ids = 0
  /** Distinct ids that passed. */
  passed = 0
  /** Records that passed. */
  passes = 0
  suppressed = 0
  deadLettered = 0
  readonly #generation: number
  #younger = new Map<string, IdState>()
  #older = new Map<string, IdState>()
  /** Passes of an id beyond its first. */
  #repeated = 0
  /** Ids dropped before they passed. */
  #missing = 0
  /** Ids dropped before they were sent. */
  #unknown = 0
  /** Malformed values by content: how many more are in `transactions` than in the dead-letter topic; 0 is omitted. */
  readonly #contents = new Map<string, number>()

  /** @param generation an id is remembered for at least this many later ids */
  constructor(generation = GENERATION) {
    this.#generation = generation
  }

  /** Ids in memory. */
  get remembered(): number {
    return this.#younger.size + this.#older.size
  }

  /** Records of `transactions` that passed, were suppressed or were dead-lettered. */
  get settled(): number {
    return this.passes + this.suppressed + this.deadLettered
  }

  /** Ids that were sent but did not pass. */
  get missing(): number {
    return this.#missing + this.#count(({ isSent, passed }) => isSent && passed === 0)
  }

  /** Surplus records that passed: repeated ids, and ids that were never sent. */
  get leaked(): number {
    return this.#repeated + this.#unknown + this.#count(({ isSent }) => !isSent)
  }

  /** Malformed values without an identical dead-letter record. */
  get lost(): number {
    let count = 0
    for (const times of this.#contents.values()) count += Math.max(0, times)
    return count
  }

  /** Enters a record of `transactions`. @param id undefined if it has none */
  send(id: string | undefined, value: Buffer | null): void {
    this.records += 1
    if (id === undefined) {
      this.malformed += 1
      this.#tally(value, 1)
      return
    }
    const state = this.#stateOf(id)
    if (!state.isSent) this.ids += 1
    state.isSent = true
  }

  /** Enters a record that passed. */
  pass(id: string): void {
    this.passes += 1
    const state = this.#stateOf(id)
    if (state.passed === 0) this.passed += 1
    else this.#repeated += 1
    state.passed += 1
  }

  /** Enters a record that was suppressed. */
  suppress(): void {
    this.suppressed += 1
  }

  /** Enters a dead-letter record. */
  setAside(value: Buffer | null): void {
    this.deadLettered += 1
    this.#tally(value, -1)
  }

  #stateOf(id: string): IdState {
    const known = this.#younger.get(id) ?? this.#older.get(id)
    if (known) return known
    const state = { isSent: false, passed: 0 }
    this.#younger.set(id, state)
    if (this.#younger.size >= this.#generation) this.#turn()
    return state
  }

  /** Starts a new generation with the unsettled ids of the oldest, but at most half a generation of them. */
  #turn(): void {
    const open = [...this.#older].filter(([, { isSent, passed }]) => !isSent || passed === 0)
    const dropped = Math.max(0, open.length - this.#generation / 2)
    for (const [, { isSent }] of open.splice(0, dropped)) {
      if (isSent) this.#missing += 1
      else this.#unknown += 1
    }
    this.#older = this.#younger
    this.#younger = new Map(open)
  }

  #count(isCounted: (state: IdState) => boolean): number {
    let count = 0
    for (const generation of [this.#younger, this.#older])
      for (const state of generation.values()) if (isCounted(state)) count += 1
    return count
  }

  #tally(value: Buffer | null, by: number): void {
    const content = value === null ? 'null' : createHash('sha256').update(value).digest('base64')
    const times = (this.#contents.get(content) ?? 0) + by
    if (times === 0) this.#contents.delete(content)
    else this.#contents.set(content, times)
  }
}
