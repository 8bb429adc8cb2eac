/**
 * Runs processors that belong together, until the signal ends them. Where one fails the others finish the transaction under
 * way and stop too: half of a pipeline would let its topics fill in silence.
 * @throws what the first to fail did
 */
export async function startTogether(
  starts: readonly ((signal: AbortSignal) => Promise<void>)[],
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController()
  const shared = AbortSignal.any([signal, failed.signal])
  const all = starts.map((start) => start(shared))
  try {
    await Promise.all(all)
  } catch (error) {
    failed.abort()
    await Promise.allSettled(all)
    throw error
  }
}
