import { peerAtEnd, peerWithin } from './peer.ts'
import { type Rule, readingOf } from './reading.ts'
import { startsWith } from './starts-with.ts'

const INVALID = /^(?:invalid|illegal) user /

/** `Failed METHOD for [invalid user ]USER from ADDRESS port N ssh2[: DETAILS]`; likewise Accepted, Postponed and Partial. */
export const outcomeOfMethod: Rule = ({ text }, known) => {
  const wordEnd = text.indexOf(' ')
  const methodEnd = text.indexOf(' ', wordEnd + 1)
  if (methodEnd <= wordEnd + 1 || !startsWith(text, ' for ', methodEnd)) return undefined
  const word = text.slice(0, wordEnd)
  const method = text.slice(wordEnd + 1, methodEnd)
  const rest = text.slice(methodEnd + 5)
  const invalid = startsWith(rest, 'invalid user ') || startsWith(rest, 'illegal user ')
  // The client controls two parts: the details after the peer and, if the user does not exist, the user name before it.
  // So the first peer is sshd's for an existing user, and the last peer for an invalid user. The connection's known
  // address decides where both are possible. The user may be empty: the space after `user` is then the one before `from`.
  const peer = peerWithin(invalid ? rest.slice(12) : rest, invalid ? 'last' : 'first', known)
  if (!peer) return undefined
  const user = invalid ? peer.before.slice(1) : peer.before
  if (word === 'Accepted') return invalid ? undefined : readingOf('accepted', peer, user, method)
  if (word !== 'Failed') return readingOf('method-postponed', peer, user, method)
  const kind = method === 'publickey' && !invalid ? 'failed-publickey' : 'failed-authentication'
  return readingOf(kind, peer, user, method)
}

/** `Invalid user USER from ADDRESS[ port N]`. */
export const invalidUser: Rule = ({ text }) => {
  if (!/^[iI](?:nvalid|llegal) user /.test(text)) return undefined
  // The user may be empty: the space after `user` is then the one before `from`.
  const peer = peerAtEnd(text)
  return readingOf('invalid-user', peer, (peer?.before ?? text).slice(13))
}

/** `maximum authentication attempts exceeded for [invalid user ]USER from ADDRESS port N ssh2`. */
export const maximumAttempts: Rule = ({ text }) => {
  const words = 'maximum authentication attempts exceeded for '
  if (!text.startsWith(words)) return undefined
  const peer = peerAtEnd(text)
  if (!peer) return undefined
  return readingOf('maximum-attempts', peer, userOf(peer.before.slice(words.length)))
}

/** `error: PAM: REASON for [illegal user ]USER from ADDRESS`; on macOS `via ADDRESS` follows. */
export const pamError: Rule = ({ text }) => {
  const reason = text.startsWith('PAM: ') ? text.slice(5) : text
  if (reason === text && !/^[aA]uthentication (?:failure|error|failed) for /.test(text)) return undefined
  const peer = peerAtEnd(reason)
  const at = peer ? peer.before.indexOf(' for ') : -1
  if (!peer || at < 0) return undefined
  return readingOf('pam-error', peer, userOf(peer.before.slice(at + 5)))
}

/** `input_userauth_request: invalid user USER`, an extra line of old versions. */
export const userUnknown: Rule = ({ text }) => {
  // The user may be empty; trimming the message then removed the space before it.
  const words = 'input_userauth_request: invalid user'
  return startsWith(text, words)
    ? readingOf('user-unknown', undefined, text.slice(words.length + 1))
    : undefined
}

function userOf(text: string): string {
  return text.replace(INVALID, '')
}
