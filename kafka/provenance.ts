import { randomBytes } from 'node:crypto'

/** Which run of a producer a record is from: so that a run can be told from those before it in the same topic. */
export const RUN_HEADER = 'run'

/** The place of a record among those of its key in its run, counted from 1. */
export const SEQUENCE_HEADER = 'sequence'

/** A run's name: eight hexadecimal digits. */
export function newRun(): string {
  return randomBytes(4).toString('hex')
}
