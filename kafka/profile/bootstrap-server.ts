import { isIP, isIPv6 } from 'node:net'
import type { Profile } from './profile.ts'

/** The address of a broker. An IPv6 address has no brackets, and may have a zone, as in fe80::1%eth0. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Reads `host:port`, or `[address]:port` for an IPv6 address; undefined if the text is neither. */
export function readServer(text: string): Address | undefined {
  const { bracketed, name, port: digits } = SERVER.exec(text)?.groups ?? {}
  const port = Number(digits)
  if (!(port >= 1 && port <= 65_535)) return undefined
  if (bracketed !== undefined) return isIPv6(bracketed) ? { host: bracketed, port } : undefined
  return name === undefined ? undefined : { host: name, port }
}

const SERVER = /^(?:\[(?<bracketed>[^\][\s]+)\]|(?<name>[^\][\s:/]+)):(?<port>\d{1,5})$/

/**
 * The name that a TLS client asks a server for (SNI), undefined for an IP address: RFC 6066 allows host names only.
 */
export function serverName(host: string): string | undefined {
  return isIP(host) === 0 ? host : undefined
}

/** By list of bootstrap servers, the server that answered this process last. */
const answered = new Map<string, string>()

/** Remembers that a server of the profile answers; later clients try it first. */
export function noteAnswer({ bootstrapServers }: Profile, server: string): void {
  answered.set(bootstrapServers.join(), server)
}

/** The profile's bootstrap servers in the order to try: the one that answered last, then the servers after it. */
export function bootstrapOrder({ bootstrapServers }: Profile): string[] {
  const first = bootstrapServers.indexOf(answered.get(bootstrapServers.join()) ?? '')
  if (first <= 0) return [...bootstrapServers]
  return [...bootstrapServers.slice(first), ...bootstrapServers.slice(0, first)]
}
