/**
 * A signal that is aborted some time after any of the others, with the reason of that one: whoever waits for a broker that does
 * not answer is then to wait no longer. It keeps no process alive.
 * @param graceMs in ms
 */
export function graceAfter(signals: readonly AbortSignal[], graceMs: number): AbortSignal {
  const over = new AbortController()
  const first = AbortSignal.any([...signals])
  const begin = () => void setTimeout(() => over.abort(first.reason), graceMs).unref()
  if (first.aborted) begin()
  else first.addEventListener('abort', begin, { once: true })
  return over.signal
}
