import { ownText } from '../../formats/text/own-text.ts'
import type { SshEvent } from './event.ts'

/** Counts lines by their classification. */
export class SshTally {
  /** All lines, including those of other programs. */
  lines = 0
  failures = 0
  successes = 0
  infos = 0
  /** Lines in no known format; some may be sshd's. */
  unreadable = 0
  /** Failed attempts; sshd reports most of them in several lines. */
  attempts = 0
  /** Lines truncated at the maximum length. */
  cut = 0
  /** Remote addresses of failures. */
  readonly #addresses = new Set<string>()

  /**
   * @param event undefined for a line that is not sshd's
   * @param readable whether any format could read the line
   */
  add(event: SshEvent | undefined, readable = true): void {
    this.lines += 1
    if (event === undefined) {
      if (!readable) this.unreadable += 1
      return
    }
    if (event.outcome === 'failure') this.failures += 1
    else if (event.outcome === 'success') this.successes += 1
    else this.infos += 1
    this.attempts += event.attempts ?? 0
    const { outcome, remoteAddress } = event
    if (outcome === 'failure' && remoteAddress !== undefined && !this.#addresses.has(remoteAddress))
      this.#addresses.add(ownText(remoteAddress))
  }

  /** Number of different addresses of failures. */
  get addresses(): number {
    return this.#addresses.size
  }

  /** Lines of other programs. */
  get others(): number {
    return this.lines - this.failures - this.successes - this.infos - this.unreadable
  }
}
