import { addressOf } from './address.ts'
import { type Reading, type Rule, readingOf } from './reading.ts'
import { startsWith } from './starts-with.ts'

const SERVICE = '(sshd:'

/** `pam_NAME(sshd:auth): authentication failure; ...` and all other messages of PAM modules. */
export const pamModule: Rule = ({ text }) => {
  const at = text.indexOf('(')
  const end = text.indexOf('): ', at)
  if (end < 0 || !startsWith(text, SERVICE, at)) return undefined
  const rest = text.slice(end + 3).trimStart()
  if (startsWith(rest, 'authentication failure;'))
    return withFields('pam-failure', rest, startsWith(text, 'pam_krb5('))
  if (!startsWith(text, 'session)', at + SERVICE.length)) return readingOf('pam-note')
  if (startsWith(rest, OPENED))
    return readingOf('session-opened', undefined, userOf(rest.slice(OPENED.length)))
  if (startsWith(rest, CLOSED))
    return readingOf('session-closed', undefined, userOf(rest.slice(CLOSED.length)))
  return readingOf('pam-note')
}

const OPENED = 'session opened for user '
const CLOSED = 'session closed for user '

/** `bob`, `bob by (uid=0)`, `bob(uid=1000) by (uid=0)`. */
function userOf(text: string): string {
  const blank = text.indexOf(' ')
  const word = blank < 0 ? text : text.slice(0, blank)
  const bracket = word.indexOf('(uid=')
  return bracket < 0 ? word : word.slice(0, bracket)
}

/** `authentication failure; ...`, from an old PAM that logs as `sshd(pam_unix)`. */
export const pamOfOld: Rule = ({ text }) =>
  text.startsWith('authentication failure;') ? withFields('pam-failure', text) : undefined

/** `PAM 2 more authentication failures; ...`, a summary of earlier lines; `PAM service(sshd) ignoring max retries`. */
export const pamSummary: Rule = ({ text }) => {
  if (!/^PAM (?:\d+ more authentication failures?;|service\()/.test(text)) return undefined
  return withFields('pam-note', text)
}

/**
 * `logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS user=USER`: the user comes last and may be any text. pam_krb5 writes
 * the user as `logname`, which other modules use for the user who started sshd.
 */
function withFields(kind: 'pam-failure' | 'pam-note', text: string, isKerberos = false): Reading {
  const at = text.indexOf(' rhost=')
  if (at < 0) return readingOf(kind)
  const blank = text.indexOf(' ', at + 7)
  const end = blank < 0 ? text.length : blank
  const userAt = text.indexOf('user=', end)
  const isUser = userAt >= 0 && text.slice(end, userAt).trim() === ''
  const kerberosUser = isKerberos ? fieldOf(text, ' logname=', text.indexOf(' uid=')) : ''
  const name = isUser ? text.slice(userAt + 5) : fieldOf(text, ' ruser=', at) || kerberosUser
  return readingOf(kind, { address: addressOf(text.slice(at + 7, end)) }, name === '' ? undefined : name)
}

/** The value of the last field of that name before `end`, if it is one word; else empty. */
function fieldOf(text: string, name: string, end: number): string {
  const at = text.lastIndexOf(name, end)
  const value = at < 0 ? '' : text.slice(at + name.length, end)
  return value.includes(' ') ? '' : value
}
