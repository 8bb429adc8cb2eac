import { BLANK, COLON } from '../../formats/text/character-codes.ts'
import { addressOf, portOf } from './address.ts'
import { startsWith } from './starts-with.ts'

/** The peer of a connection, and the message's text before and after it. */
export interface Peer {
  readonly address: string | undefined
  readonly port: number | undefined
  readonly before: string
  readonly after: string
}

/** Upper bound for the length of an address, its port and their details. */
const LONGEST = 600
const DETAILS = new Set(['on', 'via', 'rdomain'])

/**
 * The peer at the end of a message: the last `SEPARATOR ADDRESS`, followed only by `port N`, `on ADDRESS`, `via ADDRESS`
 * and `ssh2`. The client may have chosen the text before it, which can look like a peer too; the last peer is sshd's own.
 */
export function peerAtEnd(text: string, separator = ' from '): Peer | undefined {
  const at = text.lastIndexOf(separator)
  if (at < 0) return undefined
  const found = readPeer(text, at + separator.length)
  return found?.end === text.length
    ? { address: found.address, port: found.port, before: text.slice(0, at), after: '' }
    : undefined
}

/** The peer at the start of a message; the client may have chosen the text after it. */
export function peerAtStart(text: string): Peer | undefined {
  const found = readPeer(text, 0)
  return found && { address: found.address, port: found.port, before: '', after: text.slice(found.end) }
}

/**
 * One of the peers that a message names with ` from ADDRESS ...`, followed by the end of the message or a colon: the last
 * peer with the known address, or else the first or last of all.
 */
export function peerWithin(
  text: string,
  which: 'first' | 'last',
  known: string | undefined,
): Peer | undefined {
  let chosen: Found | undefined
  let chosenAt = 0
  let isKnown = false
  for (let at = text.indexOf(' from '); at >= 0; at = text.indexOf(' from ', at + 1)) {
    const found = readPeer(text, at + 6)
    if (!found || !(found.end === text.length || text.startsWith(': ', found.end))) continue
    const agrees = known !== undefined && found.address === known
    if (agrees || (!isKnown && (which === 'last' || chosen === undefined))) {
      chosen = found
      chosenAt = at
      isKnown ||= agrees
    }
  }
  if (!chosen) return undefined
  const { address, port, end } = chosen
  return { address, port, before: text.slice(0, chosenAt), after: text.slice(end) }
}

/** A peer with the user of its connection. */
export interface NamedPeer extends Peer {
  /** May be empty; undefined if the message names no user. */
  readonly user: string | undefined
}

/**
 * The peer of `[(invalid |authenticating )user USER ]ADDRESS[ port N]`, sshd's name for a connection. The user may be any
 * text; the address and port at the end are sshd's own.
 */
export function namedPeer(text: string): NamedPeer | undefined {
  const tail = Math.max(0, text.length - LONGEST)
  const portAt = startOfPort(text)
  const port = portAt < text.length ? portOf(text, portAt + PORT.length, text.length) : undefined
  const end = port === undefined ? text.length : portAt
  let at = end
  while (at > tail && text.charCodeAt(at - 1) !== BLANK) at -= 1
  const word = text.slice(at, end)
  const address = addressOf(word)
  if (address === undefined && word !== 'UNKNOWN') return undefined
  const before = text.slice(0, at)
  const nameAt = startOfName(before)
  if (nameAt < 0) return undefined
  const user = before === '' ? undefined : before.slice(nameAt, -1)
  return { address, port: address === undefined ? undefined : port, before, after: '', user }
}

/** Where the user name starts in the text before an address: 0 if the text is empty, -1 if it is not a user. */
function startOfName(text: string): number {
  if (text === '') return 0
  if (startsWith(text, 'invalid user ')) return 13
  if (startsWith(text, 'authenticating user ')) return 20
  return startsWith(text, 'user ') ? 5 : -1
}

const PORT = ' port '

/** Where a ` port N` at the end of the text starts; the text's length if there is none. */
function startOfPort(text: string): number {
  let at = text.length
  while (at > 0 && isDigit(text.charCodeAt(at - 1))) at -= 1
  return at < text.length && startsWith(text, PORT, at - PORT.length) ? at - PORT.length : text.length
}

interface Found {
  readonly address: string | undefined
  readonly port: number | undefined
  readonly end: number
}

/** Reads as much of `ADDRESS[ port N][ on ADDRESS[ port N]][ via ADDRESS][ ssh2]` as there is. */
function readPeer(text: string, from: number): Found | undefined {
  const limit = Math.min(text.length, from + LONGEST)
  let end = endOfWord(text, from, limit)
  // In old versions a colon follows directly: `from 192.0.2.1: 11: Bye`.
  if (text.charCodeAt(end - 1) === COLON && end > from) end -= 1
  const word = text.slice(from, end)
  const address = addressOf(word)
  if (address === undefined && word !== 'UNKNOWN') return undefined
  let port: number | undefined
  while (text.charCodeAt(end) === BLANK) {
    if (startsWith(text, PORT, end)) {
      const digitsEnd = endOfDigits(text, end + 6)
      const found = portOf(text, end + 6, digitsEnd)
      if (found === undefined) break
      if (address !== undefined) port ??= found
      end = digitsEnd
    } else if (text.startsWith('ssh', end + 1)) {
      const version = endOfDigits(text, end + 4)
      if (!isBoundary(text.charCodeAt(version))) break
      end = version
      break
    } else {
      const nameEnd = endOfWord(text, end + 1, limit)
      const valueEnd = endOfWord(text, nameEnd + 1, limit)
      if (valueEnd <= nameEnd + 1 || !DETAILS.has(text.slice(end + 1, nameEnd))) break
      end = valueEnd
    }
  }
  return { address, port, end }
}

/** Whether a word ends before this character; NaN is the end of the text. */
function isBoundary(code: number): boolean {
  return Number.isNaN(code) || code === BLANK || code === COLON
}

function endOfWord(text: string, from: number, limit: number): number {
  const at = text.indexOf(' ', from)
  return at < 0 || at > limit ? limit : at
}

function endOfDigits(text: string, from: number): number {
  let at = from
  while (isDigit(text.charCodeAt(at))) at += 1
  return at
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
