/** The exit codes of every verb. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** `diff` found something to apply; `status` found nothing running. */
  differs: 3,
  /** Stopped by a signal before its work was done. */
  stopped: 130,
} as const
