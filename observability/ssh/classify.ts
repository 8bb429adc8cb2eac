import type { LogLine } from '../formats/log-line.ts'
import { addressOf } from './address.ts'
import type { SshEvent } from './event.ts'
import { messageOf } from './message.ts'
import type { Mode } from './mode.ts'
import { readMessage } from './rules.ts'
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
  const { app, host, pid, timestamp } = line
  const isSshd = app !== null && isSshdName(app)
  if (app !== null && !isSshd) return undefined
  const message = messageOf(line.message)
  const read = readMessage(message, before?.address)
  if (!isSshd && (read.kind === 'other' || read.kind === 'fatal-error')) return undefined
  const field = read.address === undefined && before?.address === undefined ? line.remoteAddress : null
  const reading = field === null ? read : { ...read, address: addressOf(field) }
  const { preauth, count } = message
  const { outcome, user, address, port, attempts, pending, because, session } = judge(reading, before, {
    mode,
    preauth,
    count,
    continues: pid !== null,
  })
  const event: SshEvent = {
    time: timestamp === null ? null : isoTime(timestamp),
    host,
    pid,
    kind: reading.kind,
    outcome,
    ...(user === undefined ? {} : { user }),
    ...(address === undefined ? {} : { remoteAddress: address }),
    ...(port === undefined ? {} : { remotePort: port }),
    ...(reading.method === undefined ? {} : { method: reading.method }),
    preauth,
    ...(count === 1 ? {} : { count }),
    ...(attempts > 0 || outcome === 'failure' ? { attempts } : {}),
    ...(pending ? { pending } : {}),
    ...(because === undefined ? {} : { because }),
  }
  return { event, session }
}

const NAMES = /^(?:.{0,200}\/)?sshd(?:-session|-auth)?(?:\(\S{0,40}\))?$/

/** sshd and the programs it has been split into; `sshd(pam_unix)` is how PAM of old signed for it. */
export function isSshdName(app: string): boolean {
  return app === 'sshd' || NAMES.test(app)
}

let lastTimestamp = Number.NaN
let lastTime = ''

/** Lines of one second come together. */
function isoTime(timestamp: number): string {
  if (timestamp !== lastTimestamp) {
    lastTimestamp = timestamp
    lastTime = new Date(timestamp).toISOString()
  }
  return lastTime
}
