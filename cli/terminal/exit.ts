/** The exit codes of every verb. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** `diff`, `plan` or `verify` found differences, or `status` found something not running. */
  differs: 3,
  /** Interrupted by a signal before the work was done. */
  stopped: 130,
} as const
