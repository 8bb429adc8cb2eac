/** How many lines are remembered: logs that are rotated by date bring new file names without end. */
const REMEMBERED = 1_000

/** Reports each line once, and the fault of a path again only when it changes. */
export class SayOnce {
  readonly #say: (line: string) => void
  readonly #said = new Set<string>()
  readonly #faults = new Map<string, string>()

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  say(line: string): void {
    if (this.#said.has(line)) return
    this.#said.add(line)
    for (const oldest of this.#said) {
      if (this.#said.size <= REMEMBERED) break
      this.#said.delete(oldest)
    }
    this.#say(line)
  }

  /** Reports a path that cannot be read now. */
  fault(path: string, { message }: Error): void {
    if (this.#faults.get(path) === message) return
    this.#faults.set(path, message)
    this.#say(`${path} cannot be read: ${message}; it is tried again, the other paths go on`)
  }

  /** Reports the paths that can be read again: those with a reported fault and none now. */
  onlyFaults(now: ReadonlyMap<string, Error>): void {
    for (const path of this.#faults.keys())
      if (!now.has(path)) {
        this.#faults.delete(path)
        this.#say(`${path} is read again`)
      }
  }
}
