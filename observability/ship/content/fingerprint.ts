import { hash } from 'node:crypto'

/** How many of a file's first bytes identify it: the first times of logs that begin alike usually differ within them. */
export const FINGERPRINT_BYTES = 1024

/**
 * Identifies a file by its first bytes, so that a reused inode or a truncated and refilled file is not taken for the previous
 * file. The fingerprint of a short file covers all of it, and grows with it.
 */
export interface Fingerprint {
  /** The number of bytes covered; 0 for a file that was empty. */
  readonly length: number
  readonly hash: string
}

export const NO_FINGERPRINT: Fingerprint = { length: 0, hash: '' }

export function fingerprintOf(head: Buffer): Fingerprint {
  const bytes = head.subarray(0, FINGERPRINT_BYTES)
  return bytes.length === 0 ? NO_FINGERPRINT : { length: bytes.length, hash: digest(bytes) }
}

/** Whether a file that begins with `head` may have this fingerprint. The fingerprint of an empty file matches every file. */
export function isOf(fingerprint: Fingerprint, head: Buffer): boolean {
  if (fingerprint.length > head.length) return false
  return fingerprint.length === 0 || digest(head.subarray(0, fingerprint.length)) === fingerprint.hash
}

/** How many bytes before a position identify the file and the position. */
export const MARK_BYTES = 4096

/**
 * A hash of the bytes right before a position. It distinguishes logs that begin with the same banner: a file holds known
 * content only if both its beginning and its marks match.
 */
export interface Mark {
  /** The position. */
  readonly end: number
  /** The number of bytes covered. */
  readonly length: number
  readonly hash: string
}

export function markOf(window: Buffer, end: number): Mark | undefined {
  return window.length === 0 ? undefined : { end, length: window.length, hash: digest(window) }
}

/** Whether a file has the marked bytes. `window` is its content from `end - length` to `end`. */
export function isMarked(mark: Mark, window: Buffer): boolean {
  return window.length === mark.length && digest(window) === mark.hash
}

function digest(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex').slice(0, 32)
}
