import { isFencingError, isTakeover } from '../protocol/broker-errors.ts'

/** The protocol names of all errors in an error, outermost first: kafkajs wraps the broker's errors in its own. */
export function errorNames(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const { type, code, cause } = error as { type?: unknown; code?: unknown; cause?: unknown }
  const own = typeof type === 'string' ? [type] : typeof code === 'string' ? [code] : []
  return [...own, ...errorNames(cause)]
}

/** Another process has taken over the transactional id. */
export function isTakenOver(error: unknown): boolean {
  return errorNames(error).some(isTakeover)
}

/**
 * Another process has taken over the transactional id, or our place in the group. The broker then ends our transaction,
 * which kafkajs may first notice by INVALID_TXN_STATE.
 */
export function isFencing(error: unknown): boolean {
  return errorNames(error).some((name) => isFencingError(name) || name === 'INVALID_TXN_STATE')
}
