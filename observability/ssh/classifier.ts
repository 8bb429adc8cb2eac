import type { LogLine } from '../formats/log-line.ts'
import { classifyLine } from './classify.ts'
import type { SshEvent } from './event.ts'
import type { Mode } from './mode.ts'
import type { Session } from './session.ts'

/** sshd gives a client two minutes to log in; what is silent for longer than this has ended unseen, or is logged in. */
export const SESSION_MS = 10 * 60_000
/** How many connections are remembered at most: some 20 MB. */
const MOST_SESSIONS = 50_000

interface Remembered {
  readonly session: Session
  readonly seenAt: number
}

/** Classifies lines in their order, and remembers what they tell of connections: a bounded number, for a bounded time. */
export class SshClassifier {
  readonly #mode: Mode
  /** By host and pid, the longest unseen first. */
  readonly #sessions = new Map<string, Remembered>()
  #time = 0

  constructor(mode: Mode) {
    this.#mode = mode
  }

  /** Undefined for a line that is not sshd's. */
  classify(line: LogLine): SshEvent | undefined {
    if (line.timestamp !== null && line.timestamp > this.#time) this.#time = line.timestamp
    const key = line.pid === null ? undefined : `${line.pid} ${line.host ?? ''}`
    const remembered = key === undefined ? undefined : this.#sessions.get(key)
    const isCurrent = remembered !== undefined && this.#time - remembered.seenAt < SESSION_MS
    const classified = classifyLine(line, isCurrent ? remembered.session : undefined, this.#mode)
    if (classified === undefined || key === undefined) return classified?.event
    if (remembered) this.#sessions.delete(key)
    if (classified.session) {
      this.#sessions.set(key, { session: classified.session, seenAt: this.#time })
      if (this.#sessions.size > MOST_SESSIONS) this.#forgetOldest()
    }
    return classified.event
  }

  /** How many connections are remembered. */
  get size(): number {
    return this.#sessions.size
  }

  #forgetOldest(): void {
    for (const key of this.#sessions.keys()) {
      this.#sessions.delete(key)
      return
    }
  }
}
