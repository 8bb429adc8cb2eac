import { setTimeout as sleep } from 'node:timers/promises'
import type { Secret } from '../../kafka/profile/secret.ts'
import type { AttackReport } from '../ssh/attacks/attack-report.ts'
import { AlertError, type AlertSink, idempotencyKey } from './alert.ts'
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

/** A failure that a retry may fix. */
interface TransientFailure {
  readonly reason: string
  /** The wait that the receiver asked for; 0 for none. */
  readonly retryAfterMs: number
}

/**
 * Posts alerts as signed JSON with an idempotency key. Timeouts, lost connections, 429 and 5xx are retried for `retryForMs`;
 * any other response except 2xx is final. Redirects are not followed, so that alerts go only to the configured URL.
 */
export function webhook(options: WebhookOptions): AlertSink {
  const { url, retryForMs, backoffMs, onRetry } = options
  return {
    async deliver(report, signal) {
      const until = performance.now() + retryForMs
      for (let backoff = backoffMs; ; backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS)) {
        signal.throwIfAborted()
        const failure = await post(report, options)
        if (!failure) return
        const wait = Math.max(backoff * (0.5 + Math.random() / 2), failure.retryAfterMs)
        if (performance.now() + wait > until) {
          const seconds = Math.round(retryForMs / 1000)
          throw new AlertError(
            'GAVE_UP',
            `${url.origin} ${failure.reason}, gave up after trying for ${seconds} s`,
          )
        }
        await sleep(wait, undefined, { signal })
        onRetry()
      }
    },
  }
}

/** @throws AlertError for a response that a retry would not change */
async function post(
  report: AttackReport,
  { url, secret }: WebhookOptions,
): Promise<TransientFailure | undefined> {
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
    return { reason: `did not answer (${causeOf(error as Error)})`, retryAfterMs: 0 }
  }
  // The response's body is not needed; cancel it to free the connection.
  await response.body?.cancel().catch(() => undefined)
  const { ok, status, headers } = response
  if (ok) return undefined
  const reason = `answered ${status}`
  if (status !== 429 && status < 500) throw new AlertError('REFUSED', `${url.origin} ${reason}`)
  const seconds = Number(headers.get('retry-after') ?? 0)
  return { reason, retryAfterMs: seconds > 0 ? seconds * 1000 : 0 }
}

/** fetch's own message is only `fetch failed`; the cause has the reason. */
function causeOf(error: Error): string {
  const cause = error.cause as (Error & { code?: string }) | undefined
  return cause?.code ?? cause?.message ?? error.message
}
