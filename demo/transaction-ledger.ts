import { createHash } from 'node:crypto'

/**
 * How many ids a generation holds. A producer repeats a transaction late while at most 1,000 wait for that, and takes one
 * of them for every thirteenth new id: one that comes after half a million others is not to be expected in any lifetime.
 */
const GENERATION = 2 ** 19

/** What is known of one id. */
interface Account {
  /** Whether it is in `transactions`. */
  isSent: boolean
  /** How often it passed. */
  passed: number
}

/**
 * Sets what a de-duplication makes of the transactions of a run against the transactions themselves, as both are read. An id
 * is remembered until it is settled, sent and passed, and then as long as a repetition of it can come: for that two
 * generations of ids are kept, and what is settled goes with the older one. So its memory does not grow with the run.
 */
export class TransactionLedger {
  /** Records in `transactions`. */
  records = 0
  /** Of them, those without an id. */
  malformed = 0
  /** Different ids in `transactions`. */
  ids = 0
  /** Different ids that passed. */
  passed = 0
  /** Records that passed. */
  passes = 0
  suppressed = 0
  deadLettered = 0
  readonly #generation: number
  #present = new Map<string, Account>()
  #former = new Map<string, Account>()
  /** Passes of an id beyond its first. */
  #repeated = 0
  /** Of ids that were given up unsettled. */
  #missing = 0
  #unknown = 0
  /** How often each malformed value is in `transactions` beyond what is among the dead letters, by content; 0 is left out. */
  readonly #contents = new Map<string, number>()

  /** @param generation how many ids that come after an id it is remembered for at least */
  constructor(generation = GENERATION) {
    this.#generation = generation
  }

  /** Ids that are remembered now. */
  get remembered(): number {
    return this.#present.size + this.#former.size
  }

  /** Records of `transactions` whose fate is known: passed, suppressed or set aside. */
  get settled(): number {
    return this.passes + this.suppressed + this.deadLettered
  }

  /** Ids that were sent and did not pass. */
  get missing(): number {
    return this.#missing + this.#count(({ isSent, passed }) => isSent && passed === 0)
  }

  /** Records that passed beyond one of each id that was sent. */
  get leaked(): number {
    return this.#repeated + this.#unknown + this.#count(({ isSent }) => !isSent)
  }

  /** Malformed values that are not among the dead letters as they were. */
  get lost(): number {
    let count = 0
    for (const times of this.#contents.values()) count += Math.max(0, times)
    return count
  }

  /** A record of `transactions`. @param id undefined where it has none */
  send(id: string | undefined, value: Buffer | null): void {
    this.records += 1
    if (id === undefined) {
      this.malformed += 1
      this.#weigh(value, 1)
      return
    }
    const account = this.#accountOf(id)
    if (!account.isSent) this.ids += 1
    account.isSent = true
  }

  /** A record that passed. */
  pass(id: string): void {
    this.passes += 1
    const account = this.#accountOf(id)
    if (account.passed === 0) this.passed += 1
    else this.#repeated += 1
    account.passed += 1
  }

  suppress(): void {
    this.suppressed += 1
  }

  setAside(value: Buffer | null): void {
    this.deadLettered += 1
    this.#weigh(value, -1)
  }

  #accountOf(id: string): Account {
    const known = this.#present.get(id) ?? this.#former.get(id)
    if (known) return known
    const account = { isSent: false, passed: 0 }
    this.#present.set(id, account)
    if (this.#present.size >= this.#generation) this.#turn()
    return account
  }

  /** Begins another generation. What is not settled yet goes with it, unless that would be all of it. */
  #turn(): void {
    const open = [...this.#former].filter(([, { isSent, passed }]) => !isSent || passed === 0)
    const given = Math.max(0, open.length - this.#generation / 2)
    for (const [, { isSent }] of open.splice(0, given)) {
      if (isSent) this.#missing += 1
      else this.#unknown += 1
    }
    this.#former = this.#present
    this.#present = new Map(open)
  }

  #count(isMeant: (account: Account) => boolean): number {
    let count = 0
    for (const generation of [this.#present, this.#former])
      for (const account of generation.values()) if (isMeant(account)) count += 1
    return count
  }

  #weigh(value: Buffer | null, by: number): void {
    const content = value === null ? 'null' : createHash('sha256').update(value).digest('base64')
    const times = (this.#contents.get(content) ?? 0) + by
    if (times === 0) this.#contents.delete(content)
    else this.#contents.set(content, times)
  }
}
