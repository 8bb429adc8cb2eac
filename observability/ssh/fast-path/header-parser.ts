import type { LogLine } from '../../formats/log-line.ts'
import { DOT } from '../../formats/text/character-codes.ts'
import { FixedBytes } from '../../formats/text/fixed-bytes.ts'
import { ownText } from '../../formats/text/own-text.ts'
import { endOfDigits, numberOf } from './ascii.ts'

/** The start of a line up to its minute: `Jan  2 03:04:` or `2026-01-02T03:04:`. */
const MINUTE = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:|\d{4}-\d\d-\d\dT\d\d:\d\d:)/
/** The length of `2026-01-02T03:04:`. */
const ISO_LENGTH = 17
/** The rest of a header: seconds, fraction and zone (ISO 8601 only), and the host. */
const REST = /^([0-5]\d)((?:\.\d{1,9})?)((?:Z|[+-]\d\d:\d\d)?) ([\w.-]{1,64}) sshd/
const MOST_HOSTS = 16

interface KnownHost {
  readonly host: string
  /** The zone, if any, and the host with the spaces around it. */
  readonly bytes: FixedBytes
}

/**
 * Parses the time and host at the start of a line from its bytes, if an earlier line had the same minute, zone and host.
 * The reader of all formats parses that earlier line, and `learn` takes its result. Knows a few hosts at a time.
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
  /** Tried first: most lines have the same host as the line before. */
  #lastHost: KnownHost = { host: '', bytes: new FixedBytes('none') }

  /** Learns the header of a line of sshd's, to recognize it in later lines. */
  learn(text: string, { format, timestamp, host, pid }: LogLine): void {
    if (format !== 'rfc3164' || timestamp === null || pid === null) return
    // Learning a host costs more than reading a line, so only the first hosts of a minute are learnt.
    const isFull = this.#hosts.length >= MOST_HOSTS
    if (isFull && text.startsWith(this.#minuteText)) return
    const minute = MINUTE.exec(text)?.[0]
    const rest = minute === undefined ? null : REST.exec(text.slice(minute.length, minute.length + 128))
    if (minute === undefined || rest === null) return
    const [, second = '', fraction = '', zone = '', name = ''] = rest
    const isIso = minute.length === ISO_LENGTH
    // ISO times need a zone, because without one the minute's offset could change; syslog times have none.
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

  /** Reads a known header at `from`; returns where it ends, or -1 if the header is not known. */
  read(bytes: Uint8Array, view: DataView, from: number): number {
    if (!this.#minute.isAt(view, from)) return -1
    const at = this.#readSeconds(bytes, from + this.#minute.length)
    return at < 0 ? -1 : this.#readHost(view, at)
  }

  /** Reads the seconds and their fraction; returns where they end, or -1. */
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

/** The unit in ms of a fraction with that many digits. */
const UNITS = [0, 100, 10, 1]
