import { createHmac } from 'node:crypto'
import type { Secret } from '../../kafka/profile/secret.ts'

export const SIGNATURE_HEADER = 'playstream-signature'

/**
 * `t=<seconds since the epoch>,v1=<hex>`: the HMAC-SHA256 of `<seconds>.<body>`, keyed with the secret. A receiver computes
 * the same, compares in constant time, and rejects times more than a few minutes off, so that no old alert can be replayed.
 */
export function signature(body: string, secret: Secret, nowMs: number): string {
  const time = Math.floor(nowMs / 1000)
  const digest = createHmac('sha256', secret.reveal()).update(`${time}.${body}`).digest('hex')
  return `t=${time},v1=${digest}`
}
