/** No retry helps: the broker refuses the client, its credentials or its request. */
const FATAL: readonly string[] = [
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'UNSUPPORTED_VERSION',
  'INVALID_TRANSACTION_TIMEOUT',
  'INVALID_TOPIC_EXCEPTION',
]

/** The broker refuses the records, however often they are sent. */
const REFUSED = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TIMESTAMP', 'INVALID_RECORD'] as const

export type RefusalError = (typeof REFUSED)[number]

/** Another process has taken over the transactional id. */
const TAKEN_OVER: readonly string[] = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']

/** Another process has taken over the transactional id, or our place in the group. */
const FENCED: readonly string[] = [
  ...TAKEN_OVER,
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
]

/** Whether retrying is useless. All functions of this file take the protocol's error names. */
export function isFatalError(name: string): boolean {
  return FATAL.includes(name)
}

/** Whether the error is about the records, so that other records may succeed. */
export function isRefusal(name: string): name is RefusalError {
  return (REFUSED as readonly string[]).includes(name)
}

/** Whether another process has taken over the transactional id. */
export function isTakeover(name: string): boolean {
  return TAKEN_OVER.includes(name)
}

/** Whether another process has taken over the transactional id, or our place in the group. */
export function isFencingError(name: string): boolean {
  return FENCED.includes(name)
}
