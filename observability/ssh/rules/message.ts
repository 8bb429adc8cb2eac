import { CLOSING_BRACKET } from '../../formats/text/character-codes.ts'

/** A message of sshd's without its wrapping. */
export interface Message {
  readonly text: string
  /** Written before authentication: marked with [preauth]. */
  readonly preauth: boolean
  /** Marked with `fatal:`: sshd ended the connection. */
  readonly fatal: boolean
  /** How many times the message occurred; above 1 where syslog counted repetitions. */
  readonly count: number
}

const REPEATED = /^message repeated (\d{1,9}) times: \[ ?/
const SOLARIS = /^\[ID \d+ \S{1,40}\] /
const KERNEL = /^kernel: ?\[ {0,10}\d{1,12}\.\d{1,9}\]:? /

/** Removes Solaris' message id, the kernel's uptime, rsyslog's repetition count, sshd's level and its phase mark. */
export function messageOf(raw: string): Message {
  let text = raw.trim()
  let count = 1
  if (text.startsWith('[ID ')) text = text.replace(SOLARIS, '')
  else if (text.startsWith('kernel:')) text = text.replace(KERNEL, '')
  if (text.startsWith('message repeated ')) {
    const repeated = REPEATED.exec(text)
    if (repeated && text.endsWith(']')) {
      count = Math.max(1, Number(repeated[1]))
      text = text.slice(repeated[0].length, -1).trim()
    }
  }
  let fatal = false
  if (text.startsWith('error: ')) text = text.slice(7)
  else if (text.startsWith('fatal: ')) {
    fatal = true
    text = text.slice(7)
  }
  let preauth = false
  if (text.charCodeAt(text.length - 1) === CLOSING_BRACKET) {
    preauth = text.endsWith('[preauth]')
    if (preauth) text = text.slice(0, -9).trimEnd()
    else if (text.endsWith('[postauth]')) text = text.slice(0, -10).trimEnd()
  }
  return { text, preauth, fatal, count }
}
