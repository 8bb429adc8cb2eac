import type { Transaction, TransactionItem } from '../catalog/events.ts'
import { Random } from './random.ts'

export interface TransactionOptions {
  readonly seed: number
  /** Prefix of every id, so that two runs with the same seed can have different ids; empty by default. */
  readonly namespace?: string
  /** Event time of the first record, in ms since the epoch. No event time is below 0. */
  readonly start: number
  readonly recordsPerSecond: number
  readonly partitions: number
  /** Share of records that repeat a transaction immediately: a client that got no response. */
  readonly duplicates: number
  /**
   * Share of records that repeat a transaction minutes to hours of event time later: a client that was offline. At most
   * the share of unique records, since each is repeated late at most once.
   */
  readonly lateDuplicates: number
  /** Share of records that are not a valid transaction. */
  readonly malformed: number
}

export type TransactionKind = 'unique' | 'duplicate' | 'lateDuplicate' | 'malformed'

/** A record of the topic `transactions`. It has no key: clients send to any partition. */
export interface TransactionRecord {
  readonly kind: TransactionKind
  readonly value: Buffer | null
  readonly partition: number
  /** Event time in ms since the epoch, equal to the transaction's `txn_timestamp`. */
  readonly timestamp: number
}

const MINUTE_MS = 60_000
const LATE_FROM_MS = 2 * MINUTE_MS
const LATE_TO_MS = 8 * 60 * MINUTE_MS
/** An immediate retry repeats one of this many latest transactions. */
const RECENT = 8
/** Most transactions waiting for their late retry. */
const WAITING = 1_000

const GOODS: readonly [Goods, ...Goods[]] = [
  { sku: 'skin-ember', price: 4.99 },
  { sku: 'skin-tide', price: 7.49 },
  { sku: 'pass-season', price: 9.99 },
  { sku: 'coins-500', price: 4.99 },
  { sku: 'coins-1200', price: 9.99 },
  { sku: 'emote-wave', price: 1.99 },
]
interface Goods {
  readonly sku: string
  readonly price: number
}

/**
 * Purchases and refunds with realistic disorder. Event time advances with the rate; a transaction that is repeated late
 * was made offline, minutes to hours earlier, and arrives out of order, so that no record is dated in the future.
 * Deterministic for its options.
 */
export class Transactions {
  readonly #random: Random
  readonly #options: TransactionOptions
  readonly #recent: Transaction[] = []
  readonly #waiting: Transaction[] = []
  #made = 0

  constructor(options: TransactionOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
  }

  next(): TransactionRecord {
    const { start, recordsPerSecond, duplicates, lateDuplicates, malformed, partitions } = this.#options
    const now = start + Math.floor((this.#made * 1000) / recordsPerSecond)
    this.#made += 1
    const partition = this.#random.below(partitions)
    const draw = this.#random.fraction()
    if (draw < malformed) return { kind: 'malformed', value: this.#malformed(now), partition, timestamp: now }
    if (draw < malformed + duplicates && this.#recent.length > 0) {
      const again = this.#recent[this.#random.below(this.#recent.length)] as Transaction
      return recordOf('duplicate', again, partition)
    }
    if (draw < malformed + duplicates + lateDuplicates && this.#waiting.length > 0) {
      const [first] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1) as [Transaction]
      return recordOf('lateDuplicate', { ...first, txn_timestamp: now }, partition)
    }
    return recordOf('unique', this.#first(now), partition)
  }

  /** A new transaction, remembered for its retries. */
  #first(now: number): Transaction {
    const { duplicates, lateDuplicates, malformed } = this.#options
    const shareOfUnique = 1 - duplicates - lateDuplicates - malformed
    const offline = this.#random.chance(lateDuplicates / shareOfUnique)
    // The first transaction is made online, so that immediate retries have one to repeat.
    if (offline && this.#recent.length > 0) {
      const madeAt = Math.max(0, now - Math.floor(this.#random.between(LATE_FROM_MS, LATE_TO_MS)))
      const transaction = this.#transaction(madeAt)
      if (this.#waiting.length < WAITING) this.#waiting.push(transaction)
      return transaction
    }
    const transaction = this.#transaction(now)
    this.#recent.push(transaction)
    if (this.#recent.length > RECENT) this.#recent.shift()
    return transaction
  }

  #transaction(madeAt: number): Transaction {
    const random = this.#random
    const refund = random.chance(0.05)
    const items: TransactionItem[] = Array.from({ length: 1 + random.below(3) }, () => {
      const { sku, price } = random.pick(GOODS)
      return { sku, quantity: 1 + random.below(2), unit_price: price }
    })
    const cents = items.reduce((sum, item) => sum + item.quantity * Math.round(item.unit_price * 100), 0)
    return {
      id: `txn-${this.#options.namespace ?? ''}${random.hex(16)}`,
      user_id: `player-${String(1 + random.below(5_000)).padStart(4, '0')}`,
      txn_type: refund ? 'refund' : 'purchase',
      txn_timestamp: madeAt,
      total_sales: (refund ? -cents : cents) / 100,
      currency: random.pick(['USD', 'EUR', 'JPY']),
      items,
    }
  }

  /** What broken clients send: truncated JSON, JSON that is not a transaction, no id, an empty id, invalid UTF-8, no value. */
  #malformed(now: number): Buffer | null {
    const transaction = this.#transaction(now)
    const text = JSON.stringify(transaction)
    switch (this.#random.below(6)) {
      case 0:
        return Buffer.from(text.slice(0, 1 + this.#random.below(text.length - 1)))
      case 1:
        return Buffer.from(JSON.stringify({ ...transaction, id: undefined }))
      case 2:
        return Buffer.from(JSON.stringify({ ...transaction, id: '' }))
      case 3:
        return Buffer.from([0xff, 0xfe, 0x00, this.#random.below(256)])
      case 4:
        return Buffer.from(this.#random.pick(['', '[]', '"text"', '42', 'null']))
      default:
        return null
    }
  }
}

function recordOf(kind: TransactionKind, transaction: Transaction, partition: number): TransactionRecord {
  return {
    kind,
    value: Buffer.from(JSON.stringify(transaction)),
    partition,
    timestamp: transaction.txn_timestamp,
  }
}
