import type { Kind } from './kind.ts'
import type { Reading } from './reading.ts'

/** A message of sshd's and the expected reading. */
export interface Sample extends Partial<Reading> {
  readonly message: string
  readonly kind: Kind
}

/** The peers of the samples. */
export const ADDRESS = '203.0.113.9'
export const SIX = '2001:db8::9'
