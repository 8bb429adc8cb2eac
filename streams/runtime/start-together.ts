/**
 * Runs the processors of a pipeline until the signal is aborted. If one fails, the others finish the transaction in flight
 * and stop too: half a pipeline would silently let its topics fill up.
 * @throws the error of the first processor that failed
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
