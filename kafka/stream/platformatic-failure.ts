import { findErrorBy } from '@platformatic/kafka'
import { HandlerFault } from './stream-port.ts'

const FENCED = [
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
]

/** Refused by the broker because somebody else has taken over. */
export function isFencing(error: Error): boolean {
  return FENCED.some((apiId) => findErrorBy(error, 'apiId', apiId))
}

const FATAL = [
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'INVALID_TRANSACTION_TIMEOUT',
  'UNSUPPORTED_VERSION',
]

/** What no retry can help: the broker refuses, or the fault is ours. */
export function isFatal(error: Error): boolean {
  return (
    findErrorBy(error, 'code', 'PLT_KFK_USER') !== null ||
    error instanceof HandlerFault ||
    FATAL.some((apiId) => findErrorBy(error, 'apiId', apiId))
  )
}
