/** The protocol's names of all that went wrong, outermost first: kafkajs wraps the broker's errors in its own. */
export function errorTypes(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const { type, code, cause } = error as { type?: unknown; code?: unknown; cause?: unknown }
  const own = typeof type === 'string' ? [type] : typeof code === 'string' ? [code] : []
  return [...own, ...errorTypes(cause)]
}

/** Somebody else has initialised the transactional id since: whoever had it before is refused from then on. */
const TAKEN_OVER = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']

export function isTakenOver(error: unknown): boolean {
  return errorTypes(error).some((type) => TAKEN_OVER.includes(type))
}

const REPLACED = [
  ...TAKEN_OVER,
  'INVALID_TXN_STATE',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
]

/** The broker refuses us because somebody else has taken over: the transactional id, or our place in the group. */
export function isFencing(error: unknown): boolean {
  return errorTypes(error).some((type) => REPLACED.includes(type))
}
