import type { GameOutcome } from '../producers/game-producer.ts'
import type { TransactionOutcome } from '../producers/transaction-producer.ts'
import type { GameWatch } from './game-watch.ts'
import type { PlatformLogs } from './platform-logs.ts'
import type { TransactionLedger } from './transaction-ledger.ts'

/** The result of a demo run: the records sent compared with the records in the topics. */
export interface Reconciliation {
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
  /** Outputs of the de-duplication. */
  readonly dedup: {
    /** Distinct ids in the output topic of unique transactions. */
    readonly passed: number
    readonly suppressed: number
    readonly deadLettered: number
    /** Ids that were sent but are not in that topic. */
    readonly missing: number
    /** Surplus records in that topic: repeated ids, and ids that were never sent. */
    readonly leaked: number
  }
  readonly logs: {
    readonly lines: number
    /** Distinct lines in the topic `logs`. */
    readonly shipped: number
    readonly lost: number
  }
  /** Attacks in the logs; see ssh-reconciliation.ts. */
  readonly ssh: {
    readonly planted: number
    readonly detected: number
    readonly missed: number
    readonly falseAlarms: number
  }
  /** Whether all counts reconcile. */
  readonly ok: boolean
  /** One sentence per discrepancy. */
  readonly problems: readonly string[]
}

/** Compares the records that the producers report as acknowledged with the records read from the topics. */
export function reconcile(
  game: GameOutcome,
  transactions: TransactionOutcome,
  watch: Pick<GameWatch, 'events' | 'undecodable' | 'order'>,
  ledger: TransactionLedger,
  { logs, ssh }: ReturnType<PlatformLogs['reconcile']>,
): Reconciliation {
  const { unique, duplicate, lateDuplicate, malformed } = transactions.byKind
  const { order } = watch
  const { passed, suppressed, deadLettered, missing, leaked } = ledger
  const problems = [
    ...failure('the game producer', game),
    ...failure('the transaction producer', transactions),
    ...mismatch('game events', game.acknowledged, watch.events),
    ...mismatch('transactions', transactions.acknowledged, ledger.records),
    ...mismatch('unique transactions', unique, ledger.ids),
    ...mismatch(
      'duplicate transactions',
      duplicate + lateDuplicate,
      ledger.records - ledger.malformed - ledger.ids,
    ),
    ...mismatch('malformed transactions', malformed, ledger.malformed),
    ...mustBeZero('unique transactions that are missing from the output', missing),
    ...mustBeZero('transactions that passed more than once', leaked),
    ...mismatch('suppressed duplicates', duplicate + lateDuplicate, suppressed),
    ...mustBeZero('malformed transactions without an identical dead-letter record', ledger.lost),
    ...mismatch('dead-letter records', malformed, deadLettered),
    ...mustBeZero('game events that cannot be decoded', watch.undecodable),
    ...mustBeZero('game events out of order', order.violations),
    ...mustBeZero('game events missing from their player’s sequence', order.missing),
    ...mustBeZero('log lines that are lost', logs.lost),
    ...ssh.problems,
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
    dedup: { passed, suppressed, deadLettered, missing, leaked },
    logs,
    ssh: { planted: ssh.planted, detected: ssh.detected, missed: ssh.missed, falseAlarms: ssh.falseAlarms },
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
  return acknowledged === held ? [] : [`${what}: ${acknowledged} were acknowledged, the topics hold ${held}`]
}

function mustBeZero(what: string, count: number): string[] {
  return count === 0 ? [] : [`${what}: ${count}`]
}
