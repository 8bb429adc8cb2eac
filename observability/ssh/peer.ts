import { addressOf, portOf } from './address.ts'

/** Where a connection comes from, and what a message says before and after that. */
export interface Peer {
  readonly address: string | undefined
  readonly port: number | undefined
  readonly before: string
  readonly after: string
}

/** More than an address, a port and what belongs to them can take. */
const LONGEST = 600
const DETAILS = new Set(['port', 'on', 'via', 'rdomain'])

/**
 * The peer that a message ends in: the last `SEPARATOR ADDRESS`, followed by nothing but `port N`, `on ADDRESS`, `via
 * ADDRESS` and `ssh2`. What comes before it may be chosen by the client, and look like a peer too; what comes last is
 * sshd's own.
 */
export function peerAtEnd(text: string, separator = ' from '): Peer | undefined {
  const at = text.lastIndexOf(separator)
  if (at < 0) return undefined
  const found = readPeer(text, at + separator.length)
  return found?.end === text.length
    ? { address: found.address, port: found.port, before: text.slice(0, at), after: '' }
    : undefined
}

/** The peer that a message begins with: what comes after it may be chosen by the client. */
export function peerAtStart(text: string): Peer | undefined {
  const found = readPeer(text, 0)
  return found && { address: found.address, port: found.port, before: '', after: text.slice(found.end) }
}

/** Every ` from ADDRESS ...` of a message that ends there, or goes on behind a colon. */
export function peersWithin(text: string): Peer[] {
  const peers: Peer[] = []
  for (let at = text.indexOf(' from '); at >= 0; at = text.indexOf(' from ', at + 1)) {
    const found = readPeer(text, at + 6)
    if (!found || !(found.end === text.length || text.startsWith(': ', found.end))) continue
    const { address, port, end } = found
    peers.push({ address, port, before: text.slice(0, at), after: text.slice(end) })
  }
  return peers
}

/** The peer of a message that names a connection by its user too. */
export interface NamedPeer extends Peer {
  /** May be empty; undefined where no user is known. */
  readonly user: string | undefined
}

/**
 * The peer of `[(invalid |authenticating )user USER ]ADDRESS[ port N]`, which is how sshd names a connection. The user
 * may be anything; what comes last is sshd's own.
 */
export function namedPeer(text: string): NamedPeer | undefined {
  const tail = Math.max(0, text.length - LONGEST)
  let end = text.length
  let port: number | undefined
  const portAt = text.slice(tail).lastIndexOf(' port ') + tail
  if (portAt >= tail) {
    port = portOf(text.slice(portAt + 6))
    if (port !== undefined) end = portAt
  }
  const at = text.slice(tail, end).lastIndexOf(' ') + 1 + tail
  const word = text.slice(at, end)
  const address = addressOf(word)
  if (address === undefined && word !== 'UNKNOWN') return undefined
  const before = text.slice(0, at)
  const named = /^(?:invalid |authenticating )?user /.exec(before)
  if (before !== '' && !named) return undefined
  const user = named ? before.slice(named[0].length, -1) : undefined
  return { address, port: address === undefined ? undefined : port, before, after: '', user }
}

interface Found {
  readonly address: string | undefined
  readonly port: number | undefined
  readonly end: number
}

/** Reads `ADDRESS[ port N][ on ADDRESS[ port N]][ via ADDRESS][ ssh2]` as far as it goes. */
function readPeer(text: string, from: number): Found | undefined {
  const limit = Math.min(text.length, from + LONGEST)
  let end = endOfWord(text, from, limit)
  let word = text.slice(from, end)
  // Old versions let a colon follow at once: `from 192.0.2.1: 11: Bye`.
  if (word.endsWith(':')) {
    word = word.slice(0, -1)
    end -= 1
  }
  const address = addressOf(word)
  if (address === undefined && word !== 'UNKNOWN') return undefined
  let port: number | undefined
  for (;;) {
    const nameEnd = endOfWord(text, end + 1, limit)
    const name = text.charCodeAt(end) === 32 ? text.slice(end + 1, nameEnd) : ''
    if (/^ssh\d?:?$/.test(name)) {
      end = name.endsWith(':') ? nameEnd - 1 : nameEnd
      break
    }
    if (!DETAILS.has(name)) break
    const valueEnd = endOfWord(text, nameEnd + 1, limit)
    const value = text.slice(nameEnd + 1, valueEnd)
    const digits = name === 'port' ? /^\d{1,5}/.exec(value)?.[0] : undefined
    if (name === 'port') {
      if (digits === undefined || portOf(digits) === undefined) break
      if (port === undefined && address !== undefined) port = portOf(digits)
      end = nameEnd + 1 + digits.length
      if (end !== valueEnd) break
    } else {
      if (value === '') break
      end = valueEnd
    }
  }
  return { address, port, end }
}

function endOfWord(text: string, from: number, limit: number): number {
  const blank = text.slice(from, limit).indexOf(' ')
  return blank < 0 ? Math.max(from, limit) : from + blank
}
