import type { LogLine } from '../../formats/log-line.ts'
import {
  BLANK,
  CLOSING_BRACKET,
  COLON,
  LINE_FEED,
  OPENING_BRACKET,
} from '../../formats/text/character-codes.ts'
import { FixedBytes } from '../../formats/text/fixed-bytes.ts'
import type { Message } from '../rules/message.ts'
import type { Reading } from '../rules/reading.ts'
import type { Session } from '../sessions/session.ts'
import { byteClass, endOfClass, endOfDigits, numberOf } from './ascii.ts'
import { HeaderParser } from './header-parser.ts'
import { MessageParser } from './message-parser.ts'
import { isText, StringCache } from './string-cache.ts'

const SSHD = new FixedBytes('sshd')
const SESSION = new FixedBytes('-session')
/** Longest pid. */
const MOST_DIGITS = 10
/** Characters of program names that this parser accepts. */
const IS_NAME = byteClass(/[\w.-]/)

/** Messages of parsed lines; the classifier does not need their text. */
const POSTAUTH: Message = { text: '', preauth: false, fatal: false, count: 1 }
const PREAUTH: Message = { ...POSTAUTH, preauth: true }

/**
 * Parses the most common lines from the bytes of a log: lines with a known header (see `HeaderParser`) and, for sshd, a
 * common message. All other lines are left to the reader of all formats, and both give the same result. The parser itself
 * is the parsed line: each `read` overwrites it.
 */
export class LineParser {
  pid = 0
  /** Whether sshd wrote the line; the message of another program is not read. */
  isSshd = false
  /** Offset after the line feed. */
  end = 0
  /** Whether the last line read had a known header, even if its message is not common. */
  isHeadKnown = false
  readonly #head = new HeaderParser()
  readonly #message = new MessageParser()
  #bytes: Buffer = Buffer.alloc(0)
  #view = viewOf(this.#bytes)
  readonly #texts = new StringCache()

  /** Learns the header of a line, to recognize it in later lines. */
  learn(text: string, line: LogLine): void {
    this.#head.learn(text, line)
  }

  /** Sets the bytes that `read` reads. */
  open(bytes: Buffer): void {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }

  /** Reads the line at `from`; false if it is not a common line. A line feed must follow. */
  read(from: number): boolean {
    const bytes = this.#bytes
    const view = this.#view
    const tagAt = this.#head.read(bytes, view, from)
    this.isHeadKnown = tagAt >= 0
    if (tagAt < 0) return false
    if (!SSHD.isAt(view, tagAt)) return this.#readOther(bytes, tagAt)
    const nameEnd = tagAt + SSHD.length
    const bracket = SESSION.isAt(view, nameEnd) ? nameEnd + SESSION.length : nameEnd
    const pidEnd = this.#readPid(bytes, bracket)
    if (pidEnd < 0 || bytes[pidEnd] !== BLANK || !this.#message.read(bytes, view, pidEnd + 1)) return false
    this.isSshd = true
    this.end = this.#message.end
    return true
  }

  get timestamp(): number {
    return this.#head.timestamp
  }

  get host(): string {
    return this.#head.host
  }

  get message(): Message {
    return this.#message.preauth ? PREAUTH : POSTAUTH
  }

  /** The message's reading. Reuses the connection's strings where they are equal; no string keeps the log's bytes alive. */
  reading(before: Session | undefined): Reading {
    const { template, port, userFrom, userEnd, addressFrom, addressEnd } = this.#message
    return {
      kind: template.kind,
      user: template.user === undefined ? undefined : this.#text(userFrom, userEnd, before?.user),
      address:
        template.address === undefined ? undefined : this.#text(addressFrom, addressEnd, before?.address),
      port: template.port === undefined ? undefined : port,
      method: template.method,
    }
  }

  #text(from: number, end: number, known: string | undefined): string {
    if (known !== undefined && isText(this.#bytes, from, end, known)) return known
    return this.#texts.textOf(this.#bytes, from, end)
  }

  /** Reads `[123]:`; returns where it ends, or -1. */
  #readPid(bytes: Uint8Array, bracket: number): number {
    if (bytes[bracket] !== OPENING_BRACKET) return -1
    const end = endOfDigits(bytes, bracket + 1)
    if (end === bracket + 1 || end > bracket + 1 + MOST_DIGITS) return -1
    this.pid = numberOf(bytes, bracket + 1, end)
    return bytes[end] === CLOSING_BRACKET && bytes[end + 1] === COLON ? end + 2 : -1
  }

  /** Reads `NAME[123]:` of another program. A name of these characters that is sshd's starts with `sshd`. */
  #readOther(bytes: Buffer, from: number): boolean {
    const at = endOfClass(bytes, from, IS_NAME)
    if (at === from || this.#readPid(bytes, at) < 0) return false
    this.isSshd = false
    this.end = bytes.indexOf(LINE_FEED, at) + 1
    return true
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
