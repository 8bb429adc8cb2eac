import { outsideContainer } from '../../formats/container.ts'
import type { LogLine } from '../../formats/log-line.ts'
import { LATEST_MS } from '../../formats/time/epoch-time.ts'
import { addressOf } from '../rules/address.ts'
import { type Message, messageOf } from '../rules/message.ts'
import type { Mode } from '../rules/mode.ts'
import type { Reading } from '../rules/reading.ts'
import { readMessage } from '../rules/rules.ts'
import type { SshEvent } from './event.ts'
import { evaluate, type Session } from './session.ts'

/** A line's event and the new state of its connection; the session is undefined if the connection has ended. */
export interface Classified {
  readonly event: SshEvent
  readonly session: Session | undefined
}

/**
 * Classifies one line, given the state of its connection. A pure function that never throws and takes time linear in the
 * line's length. Undefined for a line of another program. A line without a program name counts as sshd's if its message is
 * of a kind that only sshd writes.
 */
export function classifyLine(line: LogLine, before: Session | undefined, mode: Mode): Classified | undefined {
  const { app } = line
  const isSshd = app !== null && isSshdName(app)
  if (app !== null && !isSshd) return undefined
  const message = messageOf(app === null ? outsideContainer(line.message) : line.message)
  const read = readMessage(message, before?.address)
  if (!isSshd && (read.kind === 'other' || read.kind === 'fatal-error')) return undefined
  const field = read.address === undefined && before?.address === undefined ? line.remoteAddress : null
  const reading = field === null ? read : { ...read, address: addressOf(field) }
  return classifyReading(line, message, reading, before, mode)
}

/** Classifies a line of sshd's whose message has been read. */
export function classifyReading(
  { host, pid, timestamp }: Pick<LogLine, 'host' | 'pid' | 'timestamp'>,
  message: Message,
  reading: Reading,
  before: Session | undefined,
  mode: Mode,
): Classified {
  const evaluation = evaluate(reading, message, before, mode, pid !== null)
  const { outcome, attempts, session } = evaluation
  const event: SshEvent = {
    time: timestamp === null ? null : isoTime(timestamp),
    host,
    pid,
    kind: reading.kind,
    outcome,
    user: session.user,
    remoteAddress: session.address,
    remotePort: session.port,
    method: reading.method,
    preauth: message.preauth,
    count: message.count === 1 ? undefined : message.count,
    attempts: attempts > 0 || outcome === 'failure' ? attempts : undefined,
    pending: evaluation.isPending ? true : undefined,
    because: evaluation.because,
  }
  return { event, session: evaluation.isOver ? undefined : session }
}

const NAMES = /^(?:.{0,200}\/)?sshd(?:-session|-auth)?(?:\(\S{0,40}\))?$/

/** Whether a program is sshd or one of the programs it was split into. Old PAM modules log as `sshd(pam_unix)`. */
export function isSshdName(app: string): boolean {
  return app === 'sshd' || (app.includes('sshd') && NAMES.test(app))
}

let lastSecond = Number.NaN
let lastSecondTime = ''
let lastTimestamp = Number.NaN
let lastTime = ''

/**
 * ISO 8601 of a time; null if it is outside the range of Date. Caches the last second, because most log times are whole
 * seconds and most lines share a second with the line before.
 */
function isoTime(timestamp: number): string | null {
  if (timestamp === lastTimestamp) return lastTime
  if (!(Math.abs(timestamp) <= LATEST_MS)) return null
  const second = Math.floor(timestamp / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    lastSecondTime = new Date(timestamp).toISOString().slice(0, -4)
  }
  lastTimestamp = timestamp
  lastTime = lastSecondTime + (MILLIS[timestamp - second * 1000] ?? '000Z')
  return lastTime
}

const MILLIS = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`)
