import { oneLine } from '../../kafka/one-line.ts'

/** Why a request to an engine failed, in one line. @param timeoutMs the time after which it was given up */
export function whyNoAnswer(error: Error, timeoutMs: number): string {
  const cause = error.cause instanceof Error ? error.cause : error
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`
  return oneLine(cause.message) || (cause as NodeJS.ErrnoException).code || cause.name
}
