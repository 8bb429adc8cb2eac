import { addressOf, portOf } from './address.ts'
import { namedPeer, peerAtEnd, peerAtStart } from './peer.ts'
import { type Reading, type Rule, readingOf } from './reading.ts'

/** `Did not receive identification string from ADDRESS[ port N]`. */
export const noIdentification: Rule = ({ text }) => {
  const words = 'Did not receive identification string from '
  if (!text.startsWith(words)) return undefined
  return readingOf('no-identification', peerAtStart(text.slice(words.length)))
}

const IDENTIFICATION = 'kex_exchange_identification: '
const NO_IDENTIFICATION =
  /^(?:read: )?(?:client sent invalid protocol identifier|connection (?:closed by remote host|reset by peer))/i

/** `kex_exchange_identification: REASON`, which never names an address. */
export const identificationFailed: Rule = ({ text }) => {
  if (!text.startsWith(IDENTIFICATION)) return undefined
  // Other reasons, such as a banner that is too long, are reported again by the banner exchange line that follows.
  const isFinal = NO_IDENTIFICATION.test(text.slice(IDENTIFICATION.length))
  return readingOf(isFinal ? 'identification-failed' : 'other')
}

/** `Bad protocol version identification 'TEXT' from ADDRESS[ port N]`; the client chooses the text. */
export const badProtocolVersion: Rule = ({ text }) => {
  const words = 'Protocol major versions differ for '
  if (text.startsWith(words)) return readingOf('bad-protocol-version', peerAtStart(text.slice(words.length)))
  if (!text.startsWith("Bad protocol version identification '")) return undefined
  return readingOf('bad-protocol-version', peerAtEnd(text, "' from "))
}

/** `banner exchange: Connection from ADDRESS port N: REASON`. */
export const bannerExchange: Rule = ({ text }) => {
  const words = 'banner exchange: Connection from '
  if (!text.startsWith(words)) return undefined
  return readingOf('banner-exchange-failed', peerAtStart(text.slice(words.length)))
}

const CORRUPTED = /^(?:message authentication code incorrect|connection corrupted)$/i

/** `ssh_dispatch_run_fatal: Connection from [KIND user USER ]ADDRESS port N: REASON`; the reason is sshd's own. */
export const dispatchFailed: Rule = ({ text }) => {
  const words = 'ssh_dispatch_run_fatal: Connection from '
  const colon = text.startsWith(words) ? text.lastIndexOf(': ') : -1
  if (colon < 0) return undefined
  const peer = namedPeer(text.slice(words.length, Math.max(words.length, colon)))
  const kind = CORRUPTED.test(text.slice(colon + 2)) ? 'corrupted-packet' : 'dispatch-failed'
  return readingOf(kind, peer, peer?.user)
}

/** `Corrupted MAC on input.` and similar. */
export const corruptedPacket: Rule = ({ text }) =>
  text.startsWith('Corrupted ') ? readingOf('corrupted-packet') : undefined

/** `Unable to negotiate with ADDRESS port N: no matching THING found. Their offer: TEXT`, and the lines of old versions. */
export const nothingInCommon: Rule = ({ text }, known): Reading | undefined => {
  const words = 'Unable to negotiate with '
  if (!text.startsWith(words)) {
    const isOld = /^(?:Unable to negotiate a |no matching (?:\S{1,40} ){1,3}found|no hostkey alg)/.test(text)
    return isOld ? readingOf('nothing-in-common') : undefined
  }
  const rest = text.slice(words.length)
  const peer = peerAtStart(rest)
  if (peer?.after.startsWith(': ')) return readingOf('nothing-in-common', peer)
  // During a re-negotiation the line names the user as well. The user and the offer may be any text.
  const named = namedPeer(rest.slice(0, Math.max(0, rest.indexOf(': no matching '))))
  return readingOf('nothing-in-common', { address: known ?? named?.address }, named?.user)
}

/** `Address ADDRESS maps to NAME, but ...` and `reverse mapping checking getaddrinfo for NAME [ADDRESS] failed`. */
export const reverseMapping: Rule = ({ text }) => {
  const maps = /^Address (\S{1,255}) maps to /.exec(text)
  if (maps?.[1]) return readingOf('reverse-mapping', { address: addressOf(maps[1]) })
  if (!text.startsWith('reverse mapping checking ')) return undefined
  const found = /\[([^\][]{1,255})\] failed\b/.exec(text.slice(-400))
  return readingOf('reverse-mapping', { address: addressOf(found?.[1] ?? '') })
}

/** `SSH: Server;Ltype: ...;Remote: ADDRESS-PORT;...`, from a patch that collects statistics. */
export const connectionDetails: Rule = ({ text }) => {
  const found = /^SSH: Server;Ltype: \w{1,20};Remote: ([^;\s]{1,255})-(\d{1,5});/.exec(text)
  if (!found?.[1]) return undefined
  return readingOf('connection-details', { address: addressOf(found[1]), port: portOf(found[2] ?? '') })
}
