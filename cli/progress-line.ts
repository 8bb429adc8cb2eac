import type { Progress } from '../producers/produce.ts'
import { grouped, say } from './output.ts'

/** How often a line is written where there is no terminal to rewrite it on. */
const LINE_MS = 5_000
const REFRESH_MS = 250

/** Shows how far a producer is: one line that is rewritten on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  readonly #terminal = process.stderr.isTTY
  #shown = 0
  #last: Pick<Progress, 'acknowledged' | 'seconds'> = { acknowledged: 0, seconds: 0 }

  update(progress: Progress): void {
    const now = performance.now()
    if (now - this.#shown < (this.#terminal ? REFRESH_MS : LINE_MS)) return
    this.#shown = now
    const rate =
      (progress.acknowledged - this.#last.acknowledged) / (progress.seconds - this.#last.seconds || 1)
    this.#last = progress
    const line = `${grouped(rate)}/s, ${grouped(progress.acknowledged)} sent, ${grouped(progress.sent - progress.acknowledged)} in flight, ${grouped(progress.failures)} errors`
    if (this.#terminal) process.stderr.write(`\r\x1b[K${line}`)
    else say(line)
  }

  /** Clears the line for what comes after it. */
  end(): void {
    if (this.#terminal) process.stderr.write('\r\x1b[K')
  }
}
