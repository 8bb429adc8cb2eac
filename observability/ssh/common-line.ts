import { FixedBytes } from '../formats/fixed-bytes.ts'
import type { LogLine } from '../formats/log-line.ts'
import { CommonMessage, endOfDigits, numberOf } from './common-message.ts'
import { isText, KnownTexts } from './known-texts.ts'
import type { Message } from './message.ts'
import type { Reading } from './reading.ts'
import type { Session } from './session.ts'

const LINE_FEED = 10
const BLANK = 32
const DOT = 46
const COLON = 58
const OPENING = 91
const CLOSING = 93
const SSHD = new FixedBytes('sshd')
const SESSION = new FixedBytes('-session')
/** Of a pid. */
const MOST_DIGITS = 10
/** Characters that a program's name is read here with. */
const IS_NAME = Uint8Array.from({ length: 256 }, (_, code) =>
  code < 128 && /[\w.-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/** What a line begins with, up to its minute: `Jan  2 03:04:` or `2026-01-02T03:04:`. */
const MINUTE = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:|\d{4}-\d\d-\d\dT\d\d:\d\d:)/
/** The length of `2026-01-02T03:04:`. */
const ISO_LENGTH = 17
/** What goes on behind the minute: seconds, a fraction and zone only of ISO 8601, and the host. */
const REST = /^([0-5]\d)((?:\.\d{1,9})?)((?:Z|[+-]\d\d:\d\d)?) ([\w.-]{1,64}) sshd/

/** What is needed of a message that has been read. */
const POSTAUTH: Message = { text: '', preauth: false, fatal: false, count: 1 }
const PREAUTH: Message = { ...POSTAUTH, preauth: true }

/**
 * Reads the commonest lines from the bytes of a log: those of the minute, zone and host of a line before them, which the
 * reader of all lines has read. It never reads a line in another way than that one; most it leaves to it.
 * There is one of these, and it is filled anew by each line.
 */
export class CommonLine {
  timestamp = 0
  host = ''
  pid = 0
  /** Whether sshd wrote it; of another program nothing more is read. */
  isSshd = false
  /** Behind the line feed. */
  end = 0
  readonly #message = new CommonMessage()
  /** Whether the line began as the one before that was learnt from, be it a common line or not. */
  isHeadKnown = false
  #bytes: Buffer = Buffer.alloc(0)
  #view = viewOf(this.#bytes)
  readonly #texts = new KnownTexts()
  /** What the last line that was learnt from began with. */
  #minute = new FixedBytes('')
  #minuteStart = Number.NaN
  #hasFraction = false
  /** The zone, where there is one, and the host, with the blanks around it. */
  #rest = new FixedBytes('')

  /** Takes what a line began with for what lines to come begin with. */
  learn(text: string, { format, timestamp, host, pid }: LogLine): void {
    if (format !== 'rfc3164' || timestamp === null || pid === null) return
    const minute = MINUTE.exec(text)?.[0]
    const rest = minute === undefined ? null : REST.exec(text.slice(minute.length, minute.length + 128))
    if (minute === undefined || rest === null) return
    const [, second = '', fraction = '', zone = '', name = ''] = rest
    const isIso = minute.length === ISO_LENGTH
    // Of a time without a zone it is not known whether clocks are changed within its minute.
    if (name !== host || isIso !== (zone !== '') || (!isIso && fraction !== '')) return
    this.#minute = new FixedBytes(minute)
    this.#minuteStart = Math.floor(timestamp / 1000) * 1000 - Number(second) * 1000
    this.#hasFraction = isIso
    this.#rest = new FixedBytes(`${zone} ${name} `)
    this.host = host
  }

  /** What lines are read in from now on. */
  open(bytes: Buffer): void {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }

  /** Whether what begins at a place is a common line. A line feed must follow somewhere. */
  read(from: number): boolean {
    const bytes = this.#bytes
    const view = this.#view
    this.isHeadKnown = false
    if (Number.isNaN(this.#minuteStart) || !this.#minute.isAt(view, from)) return false
    const restAt = this.#readSeconds(bytes, from + this.#minute.length)
    if (restAt < 0 || !this.#rest.isAt(view, restAt)) return false
    this.isHeadKnown = true
    const tagAt = restAt + this.#rest.length
    if (!SSHD.isAt(view, tagAt)) return this.#readOther(bytes, tagAt)
    const nameEnd = tagAt + SSHD.length
    const bracket = SESSION.isAt(view, nameEnd) ? nameEnd + SESSION.length : nameEnd
    const pidEnd = this.#readPid(bytes, bracket)
    if (pidEnd < 0 || bytes[pidEnd] !== BLANK || !this.#message.read(bytes, view, pidEnd + 1)) return false
    this.isSshd = true
    this.end = this.#message.end
    return true
  }

  get message(): Message {
    return this.#message.preauth ? PREAUTH : POSTAUTH
  }

  /** What the message says. Texts that are known of the connection are those themselves; all are their own. */
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

  /** The second, and its fraction; where the text goes on, -1 where it is something else. */
  #readSeconds(bytes: Uint8Array, from: number): number {
    const tens = (bytes[from] as number) - 48
    const ones = (bytes[from + 1] as number) - 48
    if (!(tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9)) return -1
    this.timestamp = this.#minuteStart + (tens * 10 + ones) * 1000
    if (!this.#hasFraction || bytes[from + 2] !== DOT) return from + 2
    const end = endOfDigits(bytes, from + 3)
    const millisEnd = Math.min(end, from + 6)
    const unit = 10 ** (from + 6 - millisEnd)
    this.timestamp += numberOf(bytes, from + 3, millisEnd) * unit
    return end
  }

  /** `[123]:`; where it ends, -1 where it is something else. */
  #readPid(bytes: Uint8Array, bracket: number): number {
    if (bytes[bracket] !== OPENING) return -1
    const end = endOfDigits(bytes, bracket + 1)
    if (end === bracket + 1 || end > bracket + 1 + MOST_DIGITS) return -1
    this.pid = numberOf(bytes, bracket + 1, end)
    return bytes[end] === CLOSING && bytes[end + 1] === COLON ? end + 2 : -1
  }

  /** `NAME[123]:` of a program that is not sshd: what is, in such characters, begins with `sshd`. */
  #readOther(bytes: Buffer, from: number): boolean {
    let at = from
    while (IS_NAME[bytes[at] as number] === 1) at += 1
    if (at === from || this.#readPid(bytes, at) < 0) return false
    this.isSshd = false
    this.end = bytes.indexOf(LINE_FEED, at) + 1
    return true
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
