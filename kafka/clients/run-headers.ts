import { randomBytes } from 'node:crypto'

/** Header with the producer run of a record, which tells it from records of other runs in the same topic. */
export const RUN_HEADER = 'run'

/** Header with the number of a record within its run and key, from 1. */
export const SEQUENCE_HEADER = 'sequence'

/** A random run name of eight hexadecimal digits. */
export function newRun(): string {
  return randomBytes(4).toString('hex')
}
