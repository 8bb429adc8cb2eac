import { createHmac } from 'node:crypto'
import type { Secret } from '../../kafka/profile/secret.ts'

export const SIGNATURE_HEADER = 'playstream-signature'

/**
 * `t=<seconds since the epoch>,v1=<hex>`: the HMAC-SHA256, with the secret as its key, of the time as it stands there, a
 * period, and the body's bytes. Who receives it computes the same, compares in constant time, and refuses a time that is
 * minutes away, so that nobody can send an old alert again.
 */
export function signature(body: string, secret: Secret, nowMs: number): string {
  const time = Math.floor(nowMs / 1000)
  const digest = createHmac('sha256', secret.reveal()).update(`${time}.${body}`).digest('hex')
  return `t=${time},v1=${digest}`
}
