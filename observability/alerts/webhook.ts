import { setTimeout as sleep } from 'node:timers/promises'
import type { Secret } from '../../kafka/profile/secret.ts'
import type { AttackReport } from '../ssh/attacks/attack-report.ts'
import { AlertError, type AlertSink, idempotencyKey } from './alert.ts'
import { SIGNATURE_HEADER, signature } from './signature.ts'

export interface WebhookOptions {
  /** http or https. Its path may be a secret: messages name its origin only. */
  readonly url: URL
  readonly secret: Secret
  /** How long an alert is tried again, in ms. */
  readonly patienceMs: number
  /** Before the first repetition, in ms; each later wait is twice as long, and shortened by up to a half at random. */
  readonly backoffMs: number
  /** Called for each repetition. */
  readonly onRetry: () => void
}

/** How long a receiver may take to answer. */
const ANSWER_MS = 10_000
const LONGEST_BACKOFF_MS = 30_000

/** What a repetition may cure, and after how long the receiver asks for it. */
interface Trouble {
  readonly reason: string
  readonly retryAfterMs: number
}

/**
 * Posts alerts as JSON, signed, with the alert's idempotency key. No answer, 429 and 5xx are tried again until the patience
 * is over; any other answer but 2xx is final, a redirection too: an alert goes where it was meant to go.
 */
export function webhook(options: WebhookOptions): AlertSink {
  const { url, patienceMs, backoffMs, onRetry } = options
  return {
    async deliver(report, signal) {
      const until = performance.now() + patienceMs
      for (let backoff = backoffMs; ; backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS)) {
        signal.throwIfAborted()
        const trouble = await post(report, options)
        if (!trouble) return
        const wait = Math.max(backoff * (0.5 + Math.random() / 2), trouble.retryAfterMs)
        if (performance.now() + wait > until) {
          const seconds = Math.round(patienceMs / 1000)
          throw new AlertError(
            'GAVE_UP',
            `${url.origin} ${trouble.reason}, gave up after trying for ${seconds} s`,
          )
        }
        await sleep(wait, undefined, { signal })
        onRetry()
      }
    },
  }
}

/** @throws AlertError for an answer that no repetition would change */
async function post(report: AttackReport, { url, secret }: WebhookOptions): Promise<Trouble | undefined> {
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
      signal: AbortSignal.timeout(ANSWER_MS),
    })
  } catch (error) {
    return { reason: `did not answer (${causeOf(error as Error)})`, retryAfterMs: 0 }
  }
  // The answer's text is not ours to read, and holds a connection until it is dropped.
  await response.body?.cancel().catch(() => undefined)
  const { ok, status, headers } = response
  if (ok) return undefined
  const reason = `answered ${status}`
  if (status !== 429 && status < 500) throw new AlertError('REFUSED', `${url.origin} ${reason}`)
  const seconds = Number(headers.get('retry-after') ?? 0)
  return { reason, retryAfterMs: seconds > 0 ? seconds * 1000 : 0 }
}

/** fetch says `fetch failed`, and its cause why. */
function causeOf(error: Error): string {
  const cause = error.cause as (Error & { code?: string }) | undefined
  return cause?.code ?? cause?.message ?? error.message
}
