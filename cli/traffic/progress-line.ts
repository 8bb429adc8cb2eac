import type { Progress } from '../../producers/produce.ts'
import { canRedraw, say } from '../terminal/log.ts'
import { grouped } from '../terminal/output.ts'

/** How often a line is written when it cannot be redrawn in place. */
const LINE_MS = 5_000
const REFRESH_MS = 500

/** Shows the progress of a producer, even while it makes none: redrawn in place on a terminal, otherwise a line every 5 seconds. */
export class ProgressLine {
  readonly #terminal = canRedraw()
  readonly #timer: NodeJS.Timeout
  #progress: Progress | undefined
  #shown = { acknowledged: 0, at: performance.now() }

  constructor() {
    this.#timer = setInterval(() => this.#show(), this.#terminal ? REFRESH_MS : LINE_MS)
  }

  update(progress: Progress): void {
    this.#progress = progress
  }

  /** Stops and clears the line. */
  end(): void {
    clearInterval(this.#timer)
    if (this.#terminal) process.stderr.write('\r\x1b[K')
  }

  #show(): void {
    if (!this.#progress) return
    const { sent, acknowledged, failures } = this.#progress
    const now = performance.now()
    const rate = ((acknowledged - this.#shown.acknowledged) * 1000) / (now - this.#shown.at)
    this.#shown = { acknowledged, at: now }
    const line = `${grouped(rate)}/s, ${grouped(acknowledged)} sent, ${grouped(sent - acknowledged)} in flight, ${grouped(failures)} errors`
    if (this.#terminal) process.stderr.write(`\r\x1b[K${line}`)
    else say(line)
  }
}
