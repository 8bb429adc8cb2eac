import { hash } from 'node:crypto'

/** How many of a file's first bytes tell it from others: where logs begin alike, their first times differ by then. */
export const FINGERPRINT_BYTES = 1024

/**
 * What a file begins with, so that an inode that is used anew, or a file that was emptied and filled again, is not
 * taken for what it was. It is of all of a short file, and grows with it.
 */
export interface Fingerprint {
  /** Of how many bytes; 0 for a file that was empty. */
  readonly length: number
  readonly hash: string
}

export const NO_FINGERPRINT: Fingerprint = { length: 0, hash: '' }

export function fingerprintOf(head: Buffer): Fingerprint {
  const bytes = head.subarray(0, FINGERPRINT_BYTES)
  return bytes.length === 0 ? NO_FINGERPRINT : { length: bytes.length, hash: digest(bytes) }
}

/** Whether a file that begins with `head` may be the one of the fingerprint. Every file may be the one that was empty. */
export function isOf(fingerprint: Fingerprint, head: Buffer): boolean {
  if (fingerprint.length > head.length) return false
  return fingerprint.length === 0 || digest(head.subarray(0, fingerprint.length)) === fingerprint.hash
}

function digest(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex').slice(0, 32)
}
