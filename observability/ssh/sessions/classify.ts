import { outsideContainer } from '../../formats/container.ts'
import type { LogLine } from '../../formats/log-line.ts'
import { LATEST_MS } from '../../formats/time/epoch-time.ts'
import { addressOf } from '../rules/address.ts'
import { type Message, messageOf } from '../rules/message.ts'
import type { Mode } from '../rules/mode.ts'
import type { Reading } from '../rules/reading.ts'
import { readMessage } from '../rules/rules.ts'
import type { SshEvent } from './event.ts'
import { judge, type Session } from './session.ts'

/** What a line came to, and what is known of its connection from now on; undefined where that is over. */
export interface Classified {
  readonly event: SshEvent
  readonly session: Session | undefined
}

/**
 * Classifies one line, in the light of what is known of its connection. A pure function; it throws nothing, and takes time
 * linear in the line's length. Undefined for a line that is not sshd's. A line that names no program is sshd's if it says
 * what only sshd says.
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

/** Classifies what was read in a line of sshd's. */
export function classifyReading(
  { host, pid, timestamp }: Pick<LogLine, 'host' | 'pid' | 'timestamp'>,
  message: Message,
  reading: Reading,
  before: Session | undefined,
  mode: Mode,
): Classified {
  const judgement = judge(reading, message, before, mode, pid !== null)
  const { outcome, attempts, session } = judgement
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
    pending: judgement.isPending ? true : undefined,
    because: judgement.because,
  }
  return { event, session: judgement.isOver ? undefined : session }
}

const NAMES = /^(?:.{0,200}\/)?sshd(?:-session|-auth)?(?:\(\S{0,40}\))?$/

/** sshd and the programs it has been split into; `sshd(pam_unix)` is how PAM of old signed for it. */
export function isSshdName(app: string): boolean {
  return app === 'sshd' || (app.includes('sshd') && NAMES.test(app))
}

let lastSecond = Number.NaN
let lastSecondTime = ''
let lastTimestamp = Number.NaN
let lastTime = ''

/** Lines of one second come together, and most logs tell no more than the second. Null for what no calendar holds. */
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
