import { isFencingError, isTakeover } from '../protocol/broker-errors.ts'

/** The protocol's names of all that went wrong, outermost first: kafkajs wraps the broker's errors in its own. */
export function errorNames(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const { type, code, cause } = error as { type?: unknown; code?: unknown; cause?: unknown }
  const own = typeof type === 'string' ? [type] : typeof code === 'string' ? [code] : []
  return [...own, ...errorNames(cause)]
}

/** Another process has initialised the transactional id since: the broker refuses the former owner from then on. */
export function isTakenOver(error: unknown): boolean {
  return errorNames(error).some(isTakeover)
}

/**
 * The broker refuses us because another process has taken over the transactional id, or our place in the group. The broker
 * ends the former owner's transaction then, which kafkajs may first notice by INVALID_TXN_STATE.
 */
export function isFencing(error: unknown): boolean {
  return errorNames(error).some((name) => isFencingError(name) || name === 'INVALID_TXN_STATE')
}
