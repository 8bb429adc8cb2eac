/** Work that runs until it is stopped. */
export interface Background {
  /** Rejects if the work ends with an error; otherwise stays pending. */
  readonly failed: Promise<never>
  /** Ends the work and waits for its end. */
  stop(): Promise<void>
}

/** Starts work that runs until its signal is aborted. */
export function inBackground(run: (signal: AbortSignal) => Promise<void>): Background {
  const stop = new AbortController()
  const running = run(stop.signal)
  const failed = running.then(() => new Promise<never>(() => undefined))
  // A rejection after the caller's race is over must not count as unhandled.
  failed.catch(() => undefined)
  return {
    failed,
    async stop() {
      stop.abort()
      await running.catch(() => undefined)
    },
  }
}

/** Work that runs outside this process, which `stop` does not end. */
export const ELSEWHERE: Background = {
  failed: new Promise<never>(() => undefined),
  stop: async () => undefined,
}
