import { BLANK } from '../../formats/text/character-codes.ts'
import { digits } from '../../formats/time/iso-time.ts'
import { addressOf, portOf } from './address.ts'
import { namedPeer, peerAtStart } from './peer.ts'
import { type Reading, type Rule, readingOf } from './reading.ts'
import { startsWith } from './starts-with.ts'

/** `Connection from ADDRESS port N[ on ADDRESS port N]`, `Connection closed by ...` and `Connection reset by ...`. */
export const connection: Rule = ({ text }) => {
  if (startsWith(text, 'Connection from ')) return readingOf('connection-opened', peerAtStart(text.slice(16)))
  const closed = startsWith(text, 'Connection closed by ')
  if (!closed && !startsWith(text, 'Connection reset by ')) return undefined
  const peer = namedPeer(text.slice(closed ? 21 : 20))
  if (!peer || peer.address === 'peer') return undefined
  return readingOf(closed ? 'connection-closed' : 'connection-reset', peer, peer.user)
}

/** `Disconnected from [user USER ]ADDRESS port N`. */
export const disconnected: Rule = ({ text }) => {
  const peer = startsWith(text, 'Disconnected from ') ? namedPeer(text.slice(18)) : undefined
  return peer && readingOf('disconnected', peer, peer.user)
}

/** `Received disconnect from ADDRESS[ port N]:CODE: TEXT`; the client chooses the text. */
export const receivedDisconnect: Rule = ({ text }) => {
  const words = 'Received disconnect from '
  const peer = startsWith(text, words) ? peerAtStart(text.slice(words.length)) : undefined
  if (!peer?.after.startsWith(':')) return undefined
  const codeAt = peer.after.charCodeAt(1) === BLANK ? 2 : 1
  const codeEnd = peer.after.indexOf(':', codeAt)
  const code = digits(peer.after, codeAt, codeEnd - codeAt)
  if (codeEnd <= codeAt || Number.isNaN(code)) return undefined
  if (code === 11) return readingOf('client-left', peer)
  const said = peer.after.slice(codeEnd + 1).trimStart()
  if (code === 3 && AUTH_FAIL.test(said)) return readingOf('client-gave-up', peer)
  if (code === 14 && /^No (?:supported )?authentication methods available/.test(said))
    return readingOf('no-methods-left', peer)
  return readingOf('disconnected-by-client', peer)
}

/** The farewell of Java clients (JSch): `com.jcraft.jsch.JSchException: Auth fail for methods 'password'`. */
const AUTH_FAIL = /(?:^|: )Auth fail(?: for methods '[^']{0,200}')?$/
const TOO_MANY = 'Too many authentication failures'
const CHANGE = 'Change of username or service not allowed: ('

/** `Disconnecting[ [from ]KIND user USER ADDRESS port N]: REASON`; the client influences the user and the reason. */
export const disconnecting: Rule = ({ text }, known) => {
  if (text.startsWith('Disconnecting: ')) return reasonOf(text.slice(15))
  if (!text.startsWith('Disconnecting ')) return undefined
  const rest = text.slice(text.startsWith('Disconnecting from ') ? 19 : 14)
  const colon = rest.length - TOO_MANY.length - 2
  const many = rest.endsWith(`: ${TOO_MANY}`) ? peerBefore(rest, colon, 'too-many-failures') : undefined
  // A new user name can end in the same words where sshd truncates the line.
  if (many && (known === undefined || many.address === known)) return many
  const change = colonOfChange(rest, known)
  if (change >= 0) return peerBefore(rest, change, 'username-changed')
  return many ?? peerBefore(rest, rest.lastIndexOf(': '), 'disconnected-by-server')
}

function peerBefore(
  text: string,
  colon: number,
  kind: 'too-many-failures' | 'username-changed' | 'disconnected-by-server',
) {
  const peer = colon < 0 ? undefined : namedPeer(text.slice(0, colon))
  return peer ? readingOf(kind, peer, peer.user) : readingOf('disconnected-by-server')
}

/**
 * The index of sshd's colon before `Change of username`; -1 if there is none. The client chose the old name, before the
 * peer, and the new name, after it, and either may contain such a colon. sshd's colon is the one whose reason repeats the
 * old name. sshd truncates the reason, so only the first characters of the name are compared.
 */
function colonOfChange(text: string, known: string | undefined): number {
  let found = -1
  for (let at = text.indexOf(`: ${CHANGE}`); at >= 0; at = text.indexOf(`: ${CHANGE}`, at + 1)) {
    const peer = namedPeer(text.slice(0, at))
    if (!peer) continue
    if (known !== undefined && peer.address === known) return at
    const repeated = (peer.user ?? '').slice(0, REPEATED)
    if (text.startsWith(repeated, at + 2 + CHANGE.length)) found = at
  }
  return found
}

const REPEATED = 40

function reasonOf(reason: string): Reading {
  const many = /^Too many authentication failures(?: for (.*))?$/.exec(reason)
  if (many) return readingOf('too-many-failures', undefined, many[1])
  if (reason.startsWith(CHANGE)) return readingOf('username-changed')
  return readingOf('disconnected-by-server')
}

/** `Too many authentication failures[ for USER]`, without `Disconnecting` before it. */
export const tooManyFailures: Rule = ({ text }) => {
  const reading = reasonOf(text)
  return reading.kind === 'too-many-failures' ? reading : undefined
}

/** `Timeout before authentication for ADDRESS[ port N]` or `for connection from ADDRESS to ADDRESS, pid = N`. */
export const loginTimeout: Rule = ({ text }) => {
  const found = /^Timeout before authentication(?: for (?:connection from )?)?/.exec(text)
  if (!found) return undefined
  return readingOf('login-timeout', peerAtStart(text.slice(found[0].length)))
}

/** `drop connection #N from [ADDRESS]:N on [ADDRESS]:N REASON`. */
export const connectionDropped: Rule = ({ text }) => {
  const found = /^drop connection #\d{1,10} from \[([^\]]{1,255})\]:(\d{1,5}) /.exec(text)
  if (!found?.[1]) return undefined
  return readingOf('connection-dropped', { address: addressOf(found[1]), port: portOf(found[2] ?? '') })
}

/** `Read from socket failed: ...`, `Write failed: ...`, `Read error from remote host ADDRESS[ port N]: ...`. */
export const connectionLost: Rule = ({ text }) => {
  const words = 'Read error from remote host '
  if (text.startsWith(words)) return readingOf('connection-lost', peerAtStart(text.slice(words.length)))
  return /^(?:Read from socket|Write) failed: /.test(text) ? readingOf('connection-lost') : undefined
}

/** `beginning MaxStartups throttling`, `in MaxStartups throttling for ...`, `exited MaxStartups throttling after ...`. */
export const throttling: Rule = ({ text }) =>
  /^(?:beginning|in|exited) MaxStartups throttling/.test(text) ? readingOf('throttling') : undefined
