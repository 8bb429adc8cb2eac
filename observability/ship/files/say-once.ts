/** How many lines are remembered: file names have no end where logs are rotated by date. */
const REMEMBERED = 1_000

/** Says each thing once, and a fault of a path again only when it has changed. */
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

  /** Names a path that cannot be read now. */
  fault(path: string, { message }: Error): void {
    if (this.#faults.get(path) === message) return
    this.#faults.set(path, message)
    this.#say(`${path} cannot be read: ${message}; it is tried again, the other paths go on`)
  }

  /** Names the paths that can be read again: all that had a fault, and have none now. */
  onlyFaults(now: ReadonlyMap<string, Error>): void {
    for (const path of this.#faults.keys())
      if (!now.has(path)) {
        this.#faults.delete(path)
        this.#say(`${path} is read again`)
      }
  }
}
