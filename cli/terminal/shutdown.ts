/** One Ctrl-C can arrive twice, from the terminal and forwarded by npm or the launcher. Two signals this close count as one. */
const SAME_KEYPRESS_MS = 300
const PARENT_CHECK_MS = 500

let controller: AbortController | undefined

/**
 * The signal that asks this program to finish its work and stop. It aborts on the first SIGINT, SIGTERM or SIGHUP, or when the
 * launcher or npm has died. A second signal ends the program at once with exit code 130, and its services with it.
 */
export function shutdownSignal(say: (line: string) => void): AbortSignal {
  if (controller) return controller.signal
  const stop = new AbortController()
  controller = stop
  let first = 0
  const ask = (reason: string) => {
    if (!stop.signal.aborted) {
      first = Date.now()
      say(`${reason}: finishing; a second signal stops at once`)
      stop.abort(new Error(reason))
    } else if (Date.now() - first > SAME_KEYPRESS_MS) {
      process.exit(130)
    }
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => ask(name))
  watchParent(() => {
    if (!stop.signal.aborted) ask('the parent process has died')
  })
  return stop.signal
}

/**
 * Stops the program when the launcher (known by its IPC channel) or npm (known by the parent's id) is killed, because nothing else
 * would stop it. A program that was started in any other way may outlive its parent, for example under nohup.
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
