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

/** How many bytes right before a position tell where in which file it is. */
export const MARK_BYTES = 4096

/**
 * The bytes right before a position in a file. Logs that begin with the same banner differ there, so a file is taken
 * for another one only where both its beginning and its marks are the same.
 */
export interface Mark {
  /** The position. */
  readonly end: number
  /** Of how many bytes before it. */
  readonly length: number
  readonly hash: string
}

export function markOf(window: Buffer, end: number): Mark | undefined {
  return window.length === 0 ? undefined : { end, length: window.length, hash: digest(window) }
}

/** Whether a file has the marked bytes; `window` is what it has from `end - length` on. */
export function isMarked(mark: Mark, window: Buffer): boolean {
  return window.length === mark.length && digest(window) === mark.hash
}

function digest(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex').slice(0, 32)
}
