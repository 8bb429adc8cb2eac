import type { LogLine } from '../../formats/log-line.ts'
import { FixedBytes } from '../../formats/text/fixed-bytes.ts'
import { ownText } from '../../formats/text/own-text.ts'
import { endOfDigits, numberOf } from './ascii.ts'

const DOT = 46
/** What a line begins with, up to its minute: `Jan  2 03:04:` or `2026-01-02T03:04:`. */
const MINUTE = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:|\d{4}-\d\d-\d\dT\d\d:\d\d:)/
/** The length of `2026-01-02T03:04:`. */
const ISO_LENGTH = 17
/** What goes on behind the minute: seconds, a fraction and zone only of ISO 8601, and the host. */
const REST = /^([0-5]\d)((?:\.\d{1,9})?)((?:Z|[+-]\d\d:\d\d)?) ([\w.-]{1,64}) sshd/
const MOST_HOSTS = 16

interface KnownHost {
  readonly host: string
  /** The host behind the zone, where there is one, with the blanks around it. */
  readonly bytes: FixedBytes
}

/**
 * Reads what a line begins with, its time and its host, from the bytes of a log: where it is of the minute and the zone of a
 * line before it, and of a host that was seen, which the reader of all lines has read. A few hosts are known at a time.
 */
export class HeaderParser {
  timestamp = 0
  host = ''
  #minuteText = 'none'
  #minute = new FixedBytes('none')
  #minuteStart = 0
  #zone = ''
  #hasFraction = false
  #hosts: KnownHost[] = []
  /** Most lines are of the same host as the one before them. */
  #lastHost: KnownHost = { host: '', bytes: new FixedBytes('none') }

  /** Takes what a line of sshd's began with for what lines to come begin with. */
  learn(text: string, { format, timestamp, host, pid }: LogLine): void {
    if (format !== 'rfc3164' || timestamp === null || pid === null) return
    // Of many hosts in one minute only the first are learnt: to learn one costs more than to read a line.
    const isFull = this.#hosts.length >= MOST_HOSTS
    if (isFull && text.startsWith(this.#minuteText)) return
    const minute = MINUTE.exec(text)?.[0]
    const rest = minute === undefined ? null : REST.exec(text.slice(minute.length, minute.length + 128))
    if (minute === undefined || rest === null) return
    const [, second = '', fraction = '', zone = '', name = ''] = rest
    const isIso = minute.length === ISO_LENGTH
    // Of a time without a zone it is not known whether clocks are changed within its minute.
    if (name !== host || isIso !== (zone !== '') || (!isIso && fraction !== '')) return
    if (isFull || zone !== this.#zone) this.#hosts = []
    if (minute !== this.#minuteText) {
      this.#minuteText = ownText(minute)
      this.#minute = new FixedBytes(minute)
    }
    this.#minuteStart = Math.floor(timestamp / 1000) * 1000 - Number(second) * 1000
    this.#zone = ownText(zone)
    this.#hasFraction = isIso
    if (this.#hosts.some((known) => known.host === host)) return
    this.#lastHost = { host: ownText(host), bytes: new FixedBytes(`${zone} ${name} `) }
    this.#hosts.push(this.#lastHost)
  }

  /** Where the head ends that begins at a place; -1 where it is another. */
  read(bytes: Uint8Array, view: DataView, from: number): number {
    if (!this.#minute.isAt(view, from)) return -1
    const at = this.#readSeconds(bytes, from + this.#minute.length)
    return at < 0 ? -1 : this.#readHost(view, at)
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
    this.timestamp += numberOf(bytes, from + 3, millisEnd) * (UNITS[millisEnd - from - 3] as number)
    return end
  }

  #readHost(view: DataView, from: number): number {
    const last = this.#lastHost
    if (last.bytes.isAt(view, from)) {
      this.host = last.host
      return from + last.bytes.length
    }
    for (const known of this.#hosts) {
      if (!known.bytes.isAt(view, from)) continue
      this.#lastHost = known
      this.host = known.host
      return from + known.bytes.length
    }
    return -1
  }
}

/** What so many digits of a fraction count in, in ms. */
const UNITS = [0, 100, 10, 1]
