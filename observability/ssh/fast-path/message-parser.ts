import { BLANK, COLON, DOT, LINE_FEED } from '../../formats/text/character-codes.ts'
import { FixedBytes } from '../../formats/text/fixed-bytes.ts'
import { addressOf } from '../rules/address.ts'
import { messageOf } from '../rules/message.ts'
import type { Reading } from '../rules/reading.ts'
import { readMessage } from '../rules/rules.ts'
import { byteClass, endOfClass, endOfDigits, isDigit, numberOf } from './ascii.ts'

/**
 * Templates of sshd's most common messages; ` [preauth]` may follow each. USER and WORD are words of plain characters,
 * ADDRESS is an IP address, TEXT is the rest of the line. The rules give each template its meaning, once, at start-up.
 */
export const COMMON_MESSAGES: readonly string[] = [
  'Failed password for USER from ADDRESS port PORT ssh2',
  'Failed password for invalid user USER from ADDRESS port PORT ssh2',
  'Failed publickey for USER from ADDRESS port PORT ssh2: WORD SHA256:WORD',
  'Failed none for invalid user USER from ADDRESS port PORT ssh2',
  'Failed keyboard-interactive/pam for USER from ADDRESS port PORT ssh2',
  'Failed keyboard-interactive/pam for invalid user USER from ADDRESS port PORT ssh2',
  'Accepted publickey for USER from ADDRESS port PORT ssh2: WORD SHA256:WORD',
  'Accepted password for USER from ADDRESS port PORT ssh2',
  'Invalid user USER from ADDRESS port PORT',
  'Received disconnect from ADDRESS port PORT:11: TEXT',
  'Disconnected from user USER ADDRESS port PORT',
  'Disconnected from invalid user USER ADDRESS port PORT',
  'Disconnected from authenticating user USER ADDRESS port PORT',
  'Disconnected from ADDRESS port PORT',
  'Connection closed by invalid user USER ADDRESS port PORT',
  'Connection closed by authenticating user USER ADDRESS port PORT',
  'Connection closed by ADDRESS port PORT',
  'Connection reset by invalid user USER ADDRESS port PORT',
  'Connection reset by authenticating user USER ADDRESS port PORT',
  'Connection reset by ADDRESS port PORT',
  'error: maximum authentication attempts exceeded for USER from ADDRESS port PORT ssh2',
  'error: maximum authentication attempts exceeded for invalid user USER from ADDRESS port PORT ssh2',
  'Disconnecting authenticating user USER ADDRESS port PORT: Too many authentication failures',
  'Disconnecting invalid user USER ADDRESS port PORT: Too many authentication failures',
  'Connection from ADDRESS port PORT on ADDRESS port PORT',
  'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS  user=USER',
  'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS ',
  'pam_unix(sshd:auth): check pass; user unknown',
  'pam_unix(sshd:session): session opened for user USER(uid=TEXT',
  'pam_unix(sshd:session): session opened for user USER by (uid=TEXT',
  'pam_unix(sshd:session): session closed for user USER',
]

const LITERAL = 0
const USER = 1
const ADDRESS = 2
const PORT = 3
const WORD = 4
const TEXT = 5
const FIELDS: ReadonlyMap<string, number> = new Map([
  ['USER', USER],
  ['ADDRESS', ADDRESS],
  ['PORT', PORT],
  ['WORD', WORD],
  ['TEXT', TEXT],
])

interface Part {
  readonly field: number
  /** The text of a literal. */
  readonly words: FixedBytes
}

interface Template {
  readonly parts: readonly Part[]
  readonly reading: Reading
}

function templateOf(message: string): Template {
  const example = message
    .replaceAll('ADDRESS', '192.0.2.1')
    .replaceAll('PORT', '1')
    .replace(/USER|WORD|TEXT/g, 'a')
  const parts = message
    .split(/(USER|ADDRESS|PORT|WORD|TEXT)/)
    .filter((part) => part !== '')
    .map((part) => ({ field: FIELDS.get(part) ?? LITERAL, words: new FixedBytes(part) }))
  return { parts, reading: readMessage(messageOf(example), undefined) }
}

const TEMPLATES: readonly Template[] = COMMON_MESSAGES.map(templateOf)
const BY_FIRST: readonly (readonly Template[])[] = Array.from({ length: 256 }, (_, code) =>
  TEMPLATES.filter((_, at) => COMMON_MESSAGES[at]?.charCodeAt(0) === code),
)

/** Longest IPv4 and IPv6 addresses. */
const LONGEST_FOUR = 15
const LONGEST_SIX = 39
const HIGHEST_PORT = 65_535
const MARK = new FixedBytes('[preauth]')

/** Plain characters: a client cannot write an ambiguous message with them. */
const IS_PLAIN = byteClass(/[\w.+/=@-]/)

/** Characters of an IPv6 address without an embedded IPv4 address. */
const IS_SIX = byteClass(/[\da-fA-F:]/)

/**
 * Parses the most common messages from the bytes of a log, several times faster than the rules parse text. Accepts only
 * messages that match a template exactly, up to the line feed; all others are left to the rules. The parser itself is the
 * parsed message: each `read` overwrites it.
 */
export class MessageParser {
  /** The template's reading; its user and address are those of an example. */
  template: Reading = (TEMPLATES[0] as Template).reading
  preauth = false
  userFrom = 0
  userEnd = 0
  addressFrom = 0
  addressEnd = 0
  port = 0
  /** Offset after the line feed. */
  end = 0

  /** Reads the message at `from`; false if it matches no template. A line feed must follow. */
  read(bytes: Buffer, view: DataView, from: number): boolean {
    const candidates = BY_FIRST[bytes[from] as number] as readonly Template[]
    for (let at = 0; at < candidates.length; at += 1) {
      const { parts, reading } = candidates[at] as Template
      if (!this.#match(bytes, view, from, parts)) continue
      this.template = reading
      return true
    }
    return false
  }

  #match(bytes: Buffer, view: DataView, from: number, parts: readonly Part[]): boolean {
    this.addressEnd = 0
    let at = from
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index] as Part
      switch (part.field) {
        case LITERAL:
          if (!part.words.isAt(view, at)) return false
          at += part.words.length
          break
        case USER:
          this.userFrom = at
          at = endOfClass(bytes, at, IS_PLAIN)
          this.userEnd = at
          if (at === this.userFrom) return false
          break
        case ADDRESS: {
          const end = endOfAddress(bytes, at)
          if (end < 0) return false
          // The first address is the peer's.
          if (this.addressEnd === 0) {
            this.addressFrom = at
            this.addressEnd = end
            this.port = -1
          }
          at = end
          break
        }
        case PORT: {
          const end = endOfDigits(bytes, at)
          const port = numberOf(bytes, at, end)
          if (end === at || end > at + 5 || port > HIGHEST_PORT) return false
          if (this.port < 0) this.port = port
          at = end
          break
        }
        case WORD: {
          const end = endOfClass(bytes, at, IS_PLAIN)
          if (end === at) return false
          at = end
          break
        }
        default:
          return this.#matchText(bytes, view, at)
      }
    }
    this.preauth = bytes[at] === BLANK && MARK.isAt(view, at + 1)
    if (this.preauth) at += 1 + MARK.length
    this.end = at + 1
    return bytes[at] === LINE_FEED
  }

  /** Reads printable ASCII up to the line feed; false if the rules would trim it. */
  #matchText(bytes: Uint8Array, view: DataView, from: number): boolean {
    let at = from
    let code = bytes[at] as number
    while (code >= BLANK && code < 127) {
      at += 1
      code = bytes[at] as number
    }
    this.preauth = MARK.isAt(view, at - MARK.length)
    this.end = at + 1
    return code === LINE_FEED && bytes[at - 1] !== BLANK
  }
}

/** Where an IP address ends; -1 if there is none, or if `addressOf` might rewrite it. */
function endOfAddress(bytes: Buffer, from: number): number {
  let dots = 0
  let at = from
  for (; ; at += 1) {
    const code = bytes[at] as number
    if (code === DOT) dots += 1
    else if (!isDigit(code)) break
  }
  if (IS_SIX[bytes[at] as number] === 1) return dots === 0 ? endOfSix(bytes, from, at) : -1
  // Like `addressOf`, accepts any digits between three dots.
  return dots === 3 && at - from <= LONGEST_FOUR ? at : -1
}

function endOfSix(bytes: Buffer, from: number, behindDigits: number): number {
  const at = endOfClass(bytes, behindDigits, IS_SIX)
  if (at - from > LONGEST_SIX || bytes[at - 1] === COLON) return -1
  return isSix(bytes.toString('latin1', from, at)) ? at : -1
}

/** Validated addresses: validating one takes longer than parsing the rest of the line. */
const SIXES = new Set<string>()
const MOST_SIXES = 2 ** 12

function isSix(text: string): boolean {
  if (SIXES.has(text)) return true
  if (!text.includes(':') || addressOf(text) !== text) return false
  if (SIXES.size >= MOST_SIXES) SIXES.clear()
  SIXES.add(text)
  return true
}
