import type { LogLine } from '../../formats/log-line.ts'
import { ownText } from '../../formats/text/own-text.ts'
import type { Message } from '../rules/message.ts'
import type { Mode } from '../rules/mode.ts'
import type { Reading } from '../rules/reading.ts'
import { classifyLine, classifyReading, isSshdName } from './classify.ts'
import type { SshEvent } from './event.ts'
import type { Session } from './session.ts'

/** Longest silence within a connection. sshd allows two minutes to log in, so a silent connection has ended or is logged in. */
export const SESSION_MS = 10 * 60_000
/** Most connections kept in memory: about 20 MB. */
const MOST_SESSIONS = 50_000

/** A line whose message has already been read, without a LogLine. */
export interface ParsedLine {
  /** ms since the epoch. */
  readonly timestamp: number
  readonly host: string
  readonly pid: number
  readonly isSshd: boolean
  readonly message: Message
  /** What the message says, given what earlier lines of its connection said. */
  reading(before: Session | undefined): Reading
}

interface Remembered {
  /** Undefined before the connection's first line. */
  session: Session | undefined
  seenAt: number
}

/** Connections by host and pid. */
type Generation = Map<string, Map<number, Remembered>>

/**
 * Classifies lines in order, and keeps the state of their connections in memory: a bounded number, for a bounded time.
 * There are two generations of connections. A connection that gets a line moves to the younger generation; when that is
 * full, the older generation is dropped.
 */
export class SshClassifier {
  readonly #mode: Mode
  #younger: Generation = new Map()
  #older: Generation = new Map()
  /** Connections in the younger generation. */
  #count = 0
  #time = 0

  constructor(mode: Mode) {
    this.#mode = mode
  }

  /** Undefined for a line that is not sshd's. */
  classify(line: LogLine): SshEvent | undefined {
    if (line.timestamp !== null && line.timestamp > this.#time) this.#time = line.timestamp
    if (line.pid === null || (line.app !== null && !isSshdName(line.app)))
      return classifyLine(line, undefined, this.#mode)?.event
    const remembered = this.#remembered(line.host ?? '', line.pid)
    const isCurrent = this.#time - remembered.seenAt < SESSION_MS
    const classified = classifyLine(line, isCurrent ? remembered.session : undefined, this.#mode)
    if (classified === undefined) return undefined
    const { session } = classified
    if (session === undefined) this.#forget(line.host ?? '', line.pid)
    else if (session !== remembered.session) remembered.session = own(session, remembered.session)
    remembered.seenAt = this.#time
    return classified.event
  }

  /** `classify` for a line that is already parsed. */
  classifyParsed(line: ParsedLine): SshEvent | undefined {
    if (line.timestamp > this.#time) this.#time = line.timestamp
    if (!line.isSshd) return undefined
    const remembered = this.#remembered(line.host, line.pid)
    const before = this.#time - remembered.seenAt < SESSION_MS ? remembered.session : undefined
    const { event, session } = classifyReading(line, line.message, line.reading(before), before, this.#mode)
    if (session === undefined) this.#forget(line.host, line.pid)
    else remembered.session = session
    remembered.seenAt = this.#time
    return event
  }

  /** Connections in memory. */
  get size(): number {
    const sizes = [...this.#younger.values(), ...this.#older.values()].map(({ size }) => size)
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Drops a connection that has ended, so that the few live connections stay in the CPU cache. */
  #forget(host: string, pid: number): void {
    if (this.#younger.get(host)?.delete(pid)) this.#count -= 1
  }

  #remembered(host: string, pid: number): Remembered {
    let ofHost = this.#younger.get(host)
    const found = ofHost?.get(pid)
    if (found) return found
    if (this.#count >= MOST_SESSIONS / 2) {
      this.#older = this.#younger
      this.#younger = new Map()
      this.#count = 0
      ofHost = undefined
    }
    if (!ofHost) {
      ofHost = new Map()
      this.#younger.set(ownText(host), ofHost)
    }
    const older = this.#older.get(host)
    const moved = older?.get(pid) ?? { session: undefined, seenAt: this.#time }
    older?.delete(pid)
    ofHost.set(pid, moved)
    this.#count += 1
    return moved
  }
}

/** A copy of the session whose strings do not keep the log line alive that they were sliced from. */
function own(session: Session, kept: Session | undefined): Session {
  const { address, port, user, users, told, announced, held, nameless, pending } = session
  return {
    address: address && ownOrKept(address, kept?.address),
    port,
    user: user && ownOrKept(user, kept?.user),
    users: users === kept?.users ? users : users.map((name, at) => ownOrKept(name, kept?.users[at])),
    told,
    announced,
    held,
    nameless,
    pending,
  }
}

function ownOrKept(text: string, kept: string | undefined): string {
  return text === kept ? kept : ownText(text)
}
