import { setTimeout as sleep } from 'node:timers/promises'

export interface Polling {
  /** Between two checks, in ms. */
  readonly everyMs: number
  /** In ms; without limit by default. */
  readonly patienceMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Checks a condition until it holds or the patience is over. Returns whether it held.
 * @throws what the check throws; the signal's reason
 */
export async function becomesTrue(
  check: () => boolean | Promise<boolean>,
  { everyMs, patienceMs = Number.POSITIVE_INFINITY, signal }: Polling,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    signal?.throwIfAborted()
    if (await check()) return true
    if (performance.now() > deadline) return false
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
}
