import { isIPv4, isIPv6 } from 'node:net'
import { DOT } from '../../formats/text/character-codes.ts'
import { digits } from '../../formats/time/iso-time.ts'

/** A DNS name has at most 255 octets, an IPv6 address with its zone fewer. */
const LONGEST = 255
const NAME = /^\w(?:[\w.-]*\w)?\.?$/

/**
 * The remote address in a word of sshd's: an IPv4 or IPv6 address or, with UseDNS, a host name. Brackets are removed, and
 * an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) becomes the IPv4 address, so that each peer has one name. Undefined if
 * the word is not an address, such as `UNKNOWN`, which sshd writes when the peer is already gone.
 */
export function addressOf(word: string): string | undefined {
  if (word.length > LONGEST) return undefined
  const dots = dotsBetweenDigits(word)
  if (dots >= 0) return dots === 3 ? word : undefined
  if (word === 'UNKNOWN' || word === 'unknown') return undefined
  if (!word.includes(':')) return NAME.test(word) ? word : undefined
  const bare = word.startsWith('[') && word.endsWith(']') ? word.slice(1, -1) : word
  if (!isIPv6(bare)) return undefined
  const mapped = /^::ffff:/i.test(bare) ? bare.slice(7) : ''
  return isIPv4(mapped) ? mapped : bare
}

/** The number of dots in a word of digits and dots; -1 if the word has other characters. A fast check for most addresses. */
function dotsBetweenDigits(word: string): number {
  let dots = 0
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at)
    if (code === DOT) dots += 1
    else if (!(code >= 48 && code <= 57)) return -1
  }
  return dots
}

/** A port from 0 to 65535, from part of a text; undefined if the part is not a port. */
export function portOf(text: string, from = 0, end = text.length): number | undefined {
  if (end <= from || end > from + 5) return undefined
  const port = digits(text, from, end - from)
  return port <= 65_535 ? port : undefined
}
