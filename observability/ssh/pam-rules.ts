import { addressOf } from './address.ts'
import type { Rule } from './reading.ts'

const MODULE = /^pam_\w{1,40}\(sshd:(\w{1,20})\):\s+/
const SESSION = /^session (opened|closed) for user (\S+?)(?:\(uid=\d+\))?(?: by .*)?$/

/** `pam_NAME(sshd:auth): authentication failure; ...` and whatever else PAM's modules say. */
export const pamModule: Rule = ({ text }) => {
  const found = MODULE.exec(text)
  if (!found) return undefined
  const rest = text.slice(found[0].length)
  if (rest.startsWith('authentication failure;')) return { kind: 'pam-failure', ...fieldsOf(rest) }
  const session = found[1] === 'session' ? SESSION.exec(rest) : null
  if (!session) return { kind: 'pam-note' }
  return { kind: session[1] === 'opened' ? 'session-opened' : 'session-closed', user: session[2] }
}

/** `authentication failure; ...`, from a PAM of old that put its own name where sshd's pid belongs. */
export const pamOfOld: Rule = ({ text }) =>
  text.startsWith('authentication failure;') ? { kind: 'pam-failure', ...fieldsOf(text) } : undefined

/** `PAM 2 more authentication failures; ...`, which sums up what was told; `PAM service(sshd) ignoring max retries`. */
export const pamSummary: Rule = ({ text }) => {
  if (!/^PAM (?:\d+ more authentication failures?;|service\()/.test(text)) return undefined
  return { kind: 'pam-note', ...fieldsOf(text) }
}

/** `logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS user=USER`: the user comes last, and may be anything. */
function fieldsOf(text: string): { user?: string; address?: string | undefined } {
  const at = text.indexOf(' rhost=')
  if (at < 0) return {}
  const value = text.slice(at + 7)
  const end = value.search(/\s/)
  const rhost = end < 0 ? value : value.slice(0, end)
  const user = end < 0 ? '' : value.slice(end).trimStart()
  const ruser = /\sruser=(\S*)$/.exec(text.slice(0, at).slice(-300))?.[1] ?? ''
  const name = user.startsWith('user=') ? user.slice(5) : ruser
  return { address: addressOf(rhost), ...(name === '' ? {} : { user: name }) }
}
