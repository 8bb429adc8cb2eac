import { isIPv4, isIPv6 } from 'node:net'

/** A DNS name has at most 255 octets, an IPv6 address with its zone fewer. */
const LONGEST = 255
const NAME = /^\w(?:[\w.-]*\w)?\.?$/
const DIGITS_AND_DOTS = /^[\d.]+$/

/**
 * The remote address that a word of sshd's is: an IPv4 or IPv6 address, or, with UseDNS, a host name. Brackets are taken
 * off, and an IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`) is the IPv4 address that it means, so that
 * one peer has one name. Undefined for what is none, as for `UNKNOWN`, which sshd writes when the peer is gone already.
 */
export function addressOf(word: string): string | undefined {
  if (word.length > LONGEST || word === 'UNKNOWN' || word === 'unknown') return undefined
  if (DIGITS_AND_DOTS.test(word)) return word.split('.').length === 4 ? word : undefined
  if (!word.includes(':')) return NAME.test(word) ? word : undefined
  const bare = word.startsWith('[') && word.endsWith(']') ? word.slice(1, -1) : word
  if (!isIPv6(bare)) return undefined
  const mapped = /^::ffff:/i.test(bare) ? bare.slice(7) : ''
  return isIPv4(mapped) ? mapped : bare
}

/** A port from 0 to 65535; undefined for what is none. */
export function portOf(word: string): number | undefined {
  if (!/^\d{1,5}$/.test(word)) return undefined
  const port = Number(word)
  return port <= 65_535 ? port : undefined
}
