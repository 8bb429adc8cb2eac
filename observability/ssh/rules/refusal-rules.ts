import { addressOf } from './address.ts'
import { peerAtEnd, peerAtStart } from './peer.ts'
import { type Rule, readingOf } from './reading.ts'

const REFUSED = ' not allowed because '
const UNUSABLE = /^(?:account is locked|shell )/
const LISTED = /^(?:not listed in |listed in |not in any group|a group is listed in |none of user's groups )/

/** `User USER[ from ADDRESS] not allowed because REASON`. */
export const userNotAllowed: Rule = ({ text }) => {
  const at = text.startsWith('User ') ? text.lastIndexOf(REFUSED) : -1
  if (at < 0) return undefined
  const reason = text.slice(at + REFUSED.length)
  const subject = text.slice(5, at)
  if (UNUSABLE.test(reason)) return readingOf('account-not-allowed', undefined, subject)
  if (!LISTED.test(reason)) return undefined
  const peer = peerAtEnd(subject)
  return readingOf('user-not-allowed', peer, peer?.before ?? subject)
}

/** `ROOT LOGIN REFUSED FROM ADDRESS[ port N]`. */
export const rootLoginRefused: Rule = ({ text }) => {
  const words = 'ROOT LOGIN REFUSED FROM '
  if (!text.startsWith(words)) return undefined
  return readingOf('root-login-refused', peerAtStart(text.slice(words.length)), 'root')
}

/** `refused connect from NAME (ADDRESS)`: the client or its name server chooses the name, but not the address. */
export const connectRefused: Rule = ({ text }) => {
  const words = 'refused connect from '
  if (!text.startsWith(words)) return undefined
  const at = text.endsWith(')') ? text.lastIndexOf('(') : -1
  const address = addressOf(at < 0 ? text.slice(words.length) : text.slice(at + 1, -1))
  return readingOf('connection-refused', { address })
}

/** `Access denied for user USER by PAM account configuration`. */
export const accessDenied: Rule = ({ text }) => {
  const found = /^Access denied for user (.*) by PAM account configuration$/.exec(text)
  return found ? readingOf('access-denied', undefined, found[1]) : undefined
}

/** `Authentication tried for USER with correct key but not from a permitted host (host=NAME, ip=ADDRESS, required=...)`. */
export const keyNotPermitted: Rule = ({ text }) => {
  const words = 'Authentication tried for '
  const start = text.indexOf(words)
  const at = start < 0 ? -1 : text.indexOf(' with correct key but not from a permitted host (', start)
  if (at < 0) return undefined
  const address = /, ip=([^,\s]{1,255}), required=/.exec(text.slice(at, at + 1_000))?.[1]
  const user = text.slice(start + words.length, at)
  return readingOf('key-not-permitted', { address: addressOf(address ?? '') }, user)
}
