import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import type { Secret } from '../../kafka/profile/secret.ts'
import { type Alert, AlertError, type AlertSink, idempotencyKey } from './alert.ts'
import { SIGNATURE_HEADER, signature } from './signature.ts'

export interface WebhookOptions {
  /** http or https. The path may be secret, so messages name only the origin. */
  readonly url: URL
  readonly secret: Secret
  /** Time limit for retries of an alert, in ms. */
  readonly retryForMs: number
  /** Wait before the first retry, in ms. Each later wait doubles; jitter shortens each by up to half. */
  readonly backoffMs: number
  /** Called for each retry. */
  readonly onRetry: () => void
}

/** Time limit for the receiver's response. */
const RESPONSE_MS = 10_000
const LONGEST_BACKOFF_MS = 30_000

/** A failure that a retry may fix, and the shortest wait before it that the receiver asked for. */
class TransientFailure extends Error {
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs = 0) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * Posts alerts as signed JSON with an idempotency key. Timeouts, lost connections, 429 and 5xx are retried for `retryForMs`;
 * any other response except 2xx is final. Redirects are not followed, so that alerts go only to the configured URL.
 */
export function webhook(options: WebhookOptions): AlertSink {
  const { url, retryForMs, backoffMs, onRetry } = options
  return {
    name: `webhook ${url.origin}`,
    async deliver(report, signal) {
      const until = performance.now() + retryForMs
      const attempt = async (number: number) => {
        if (number > 1) onRetry()
        await post(report, options)
      }
      await pRetry(attempt, {
        signal,
        retries: Number.POSITIVE_INFINITY,
        // The library multiplies each delay by a random factor between 1 and 2.
        minTimeout: backoffMs / 2,
        maxTimeout: LONGEST_BACKOFF_MS,
        randomize: true,
        async onFailedAttempt({ error, retryDelay }) {
          if (!(error instanceof TransientFailure)) throw error
          const delay = Math.max(retryDelay, error.retryAfterMs)
          if (performance.now() + delay > until) {
            const seconds = Math.round(retryForMs / 1000)
            const message = `${url.origin} ${error.message}, gave up after trying for ${seconds} s`
            throw new AlertError('GAVE_UP', message)
          }
          await sleep(delay - retryDelay, undefined, { signal })
        },
      })
    },
  }
}

/** @throws TransientFailure, or AlertError for a response that a retry would not change */
async function post(report: Alert, { url, secret }: WebhookOptions): Promise<void> {
  const body = JSON.stringify(report)
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'playstream',
        'idempotency-key': idempotencyKey(report),
        [SIGNATURE_HEADER]: signature(body, secret, Date.now()),
      },
      body,
      signal: AbortSignal.timeout(RESPONSE_MS),
    })
  } catch (error) {
    throw new TransientFailure(`did not answer (${causeOf(error as Error)})`)
  }
  // The response's body is not needed; cancel it to free the connection.
  await response.body?.cancel().catch(() => undefined)
  const { ok, status, headers } = response
  if (ok) return
  const reason = `answered ${status}`
  if (status !== 429 && status < 500) throw new AlertError('REFUSED', `${url.origin} ${reason}`)
  const seconds = Number(headers.get('retry-after') ?? 0)
  throw new TransientFailure(reason, seconds > 0 ? seconds * 1000 : 0)
}

/** fetch's own message is only `fetch failed`; the cause has the reason. */
function causeOf(error: Error): string {
  const cause = error.cause as (Error & { code?: string }) | undefined
  return cause?.code ?? cause?.message ?? error.message
}
