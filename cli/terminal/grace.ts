/**
 * A signal that aborts `graceMs` milliseconds after the first of the given signals, with the reason of that signal. It limits how
 * long a stopping command waits for a broker that does not answer. Its timer does not keep the process alive.
 */
export function graceAfter(signals: readonly AbortSignal[], graceMs: number): AbortSignal {
  const over = new AbortController()
  const first = AbortSignal.any([...signals])
  const begin = () => void setTimeout(() => over.abort(first.reason), graceMs).unref()
  if (first.aborted) begin()
  else first.addEventListener('abort', begin, { once: true })
  return over.signal
}
