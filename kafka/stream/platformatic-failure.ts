import { findErrorBy } from '@platformatic/kafka'
import { errorNames } from '../platformatic/platformatic-error.ts'
import { isFatalError, isFencingError } from '../protocol/broker-errors.ts'
import { HandlerFault } from './stream-port.ts'

/** The broker refuses us because another process has taken over. */
export function isFencing(error: Error): boolean {
  return errorNames(error).some(isFencingError)
}

/** No retry helps: the broker refuses, the handler is at fault, or @platformatic/kafka was called in a wrong way. */
export function isFatal(error: Error): boolean {
  return (
    error instanceof HandlerFault ||
    findErrorBy(error, 'code', 'PLT_KFK_USER') !== null ||
    errorNames(error).some(isFatalError)
  )
}
