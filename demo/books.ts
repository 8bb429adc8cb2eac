import type { GameOutcome } from '../producers/game-producer.ts'
import type { TransactionOutcome } from '../producers/transaction-producer.ts'
import type { GameWatch } from './game-watch.ts'
import type { TransactionCount } from './transaction-audit.ts'

/** What a run of the demo sent and what it found in the topics. */
export interface Books {
  readonly produced: {
    readonly gameEvents: number
    readonly transactions: number
    readonly uniqueTransactions: number
    readonly duplicateTransactions: number
    readonly malformedTransactions: number
  }
  readonly consumed: {
    readonly gameEvents: number
    readonly playersSeen: number
    readonly orderViolations: number
  }
  /** Whether they balance. */
  readonly ok: boolean
  /** What does not, a sentence each. */
  readonly problems: readonly string[]
}

/** Balances what the producers say was acknowledged against what was read back from the topics. */
export function balance(
  game: GameOutcome,
  transactions: TransactionOutcome,
  watch: Pick<GameWatch, 'events' | 'undecodable' | 'order'>,
  held: TransactionCount,
): Books {
  const { unique, duplicate, lateDuplicate, malformed } = transactions.byKind
  const { order } = watch
  const problems = [
    ...failure('the game producer', game),
    ...failure('the transaction producer', transactions),
    ...mismatch('game events', game.acknowledged, watch.events),
    ...mismatch('transactions', transactions.acknowledged, held.records),
    ...mismatch('unique transactions', unique, held.unique),
    ...mismatch('duplicate transactions', duplicate + lateDuplicate, held.duplicates),
    ...mismatch('malformed transactions', malformed, held.malformed),
    ...mustBeZero('game events that cannot be decoded', watch.undecodable),
    ...mustBeZero('game events out of order', order.violations),
    ...mustBeZero('game events missing from their player’s sequence', order.missing),
  ]
  return {
    produced: {
      gameEvents: game.acknowledged,
      transactions: transactions.acknowledged,
      uniqueTransactions: unique,
      duplicateTransactions: duplicate + lateDuplicate,
      malformedTransactions: malformed,
    },
    consumed: { gameEvents: watch.events, playersSeen: order.players, orderViolations: order.violations },
    ok: problems.length === 0,
    problems,
  }
}

function failure(
  who: string,
  outcome: { readonly error?: Error; readonly sent: number; readonly acknowledged: number },
) {
  if (!outcome.error) return []
  const uncertain = outcome.sent - outcome.acknowledged
  return [`${who} failed: ${outcome.error.message}; ${uncertain} records may or may not have been written`]
}

function mismatch(what: string, acknowledged: number, held: number): string[] {
  return acknowledged === held ? [] : [`${what}: ${acknowledged} were acknowledged, the topic holds ${held}`]
}

function mustBeZero(what: string, count: number): string[] {
  return count === 0 ? [] : [`${what}: ${count}`]
}
