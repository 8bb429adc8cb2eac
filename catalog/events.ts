// Derived from catalog/schemas by `npm run types`. Do not edit.

/** A player's health has changed. */
export interface PlayerHealth {
  readonly player_id: string
  /** Hit points left, from 0 (dead) to 100. */
  readonly health: number
  /** When it happened in the game. */
  readonly timestamp: number
}

/** A player has moved. */
export interface PlayerPosition {
  readonly player_id: string
  /** Metres east of the map's south-west corner. */
  readonly x: number
  /** Metres north of the map's south-west corner. */
  readonly y: number
  /** When it happened in the game. */
  readonly timestamp: number
}

/** A value of game-events, as Avro’s JSON encoding writes a union: the branch’s full name, then the record. */
export type GameEvent =
  | { readonly 'playstream.PlayerHealth': PlayerHealth }
  | { readonly 'playstream.PlayerPosition': PlayerPosition }

/**
 * A player bought something, or gave it back. The same id may arrive several times: clients retry.
 */
export interface Transaction {
  /**
   * The transaction's identity, the same in every retry.
   */
  id: string
  user_id: string
  txn_type: 'purchase' | 'refund'
  /**
   * When the client sent it, in milliseconds since the epoch. A retry carries its own.
   */
  txn_timestamp: number
  /**
   * The sum over the items; negative for a refund.
   */
  total_sales: number
  /**
   * ISO 4217.
   */
  currency: string
  /**
   * @minItems 1
   */
  items: TransactionItem[]
}
export interface TransactionItem {
  sku: string
  quantity: number
  unit_price: number
}
