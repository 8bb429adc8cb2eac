/** A terminal's Ctrl-C reaches us twice when npm or the launcher passes it on as well: two this close are one. */
const SAME_KEYPRESS_MS = 300
const PARENT_CHECK_MS = 500

let controller: AbortController | undefined

/**
 * The signal that asks this program to finish what it does and stop: aborted by the first SIGINT, SIGTERM or SIGHUP, or
 * when the process that started it for npm is gone. A second signal ends the program at once, with 130; its services
 * end with it.
 */
export function shutdownSignal(say: (line: string) => void): AbortSignal {
  if (controller) return controller.signal
  const stop = new AbortController()
  controller = stop
  let first = 0
  const ask = (reason: string) => {
    if (!stop.signal.aborted) {
      first = Date.now()
      say(`${reason}: finishing; once more to stop at once`)
      stop.abort(new Error(reason))
    } else if (Date.now() - first > SAME_KEYPRESS_MS) {
      process.exit(130)
    }
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => ask(name))
  watchParent(() => {
    if (!stop.signal.aborted) ask('the parent process is gone')
  })
  return stop.signal
}

/**
 * The launcher holds a channel to us and npm is our parent: when either is killed, nobody is left who would stop us.
 * A program that was started any other way may outlive its parent, as under nohup.
 */
function watchParent(gone: () => void): void {
  if (process.channel) {
    process.once('disconnect', gone)
    process.channel.unref()
  }
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) gone()
  }, PARENT_CHECK_MS).unref()
}
