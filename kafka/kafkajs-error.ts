/** The protocol's names of all that went wrong, outermost first: kafkajs wraps the broker's errors in its own. */
export function errorTypes(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const { type, code, cause } = error as { type?: unknown; code?: unknown; cause?: unknown }
  const own = typeof type === 'string' ? [type] : typeof code === 'string' ? [code] : []
  return [...own, ...errorTypes(cause)]
}

/** What a broker answers where somebody else has taken over: the transactional id, or the place in the group. */
export const FENCED: readonly string[] = [
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_TXN_STATE',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
]
