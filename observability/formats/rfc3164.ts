import type { LogLine, ReadLine } from './log-line.ts'
import { type Priority, readPriority } from './priority.ts'
import { readTag, type Tag } from './tag.ts'
import { ownText } from './text/own-text.ts'
import { digits, isoTimeReader, type ReadTime } from './time/iso-time.ts'
import type { LocalClock } from './time/local-clock.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const BLANK = 32
const COLON = 58
const SMALLER = 60

/**
 * Reads the classic format of syslog, RFC 3164, as it lies in files: `Jan  2 03:04:05 host sshd[123]: message`, with or
 * without `<PRI>`, with a year behind the day, or with the ISO 8601 time of rsyslog's and systemd's files. The host may
 * be missing, and so may the time where `app[pid]:` shows that it is syslog's, as in `journalctl -o cat` behind a name.
 */
export function rfc3164(clock: LocalClock): ReadLine {
  const readTime = timeReader(clock)
  // What the line before began with: lines of one second and host come together.
  let head = 'none'
  let headTimestamp = 0
  let headHost = ''
  return (line) => {
    const priority = readPriority(line)
    const headEnd = priority.end + head.length
    // Cut out and compared as a whole it is told faster than character by character.
    if (line.slice(priority.end, headEnd) === head) {
      const tagAt = skipLevel(line, skipBlanks(line, headEnd))
      return logLine(
        line,
        priority,
        headTimestamp,
        headHost,
        tagAt,
        readTag(line, tagAt) ?? readTagBehind(line, tagAt),
      )
    }
    const time = readTime(line, priority.end)
    if (time === undefined) return readTimeless(line, priority)
    let at = skipBlanks(line, time.end)
    if (at === time.end && at < line.length) return undefined
    at = skipLevel(line, at)
    const streamEnd = endOf(STREAM, line, at)
    const first = readTag(line, streamEnd) ?? readTagBehind(line, at)
    if (!first && streamEnd > at) return logLine(line, priority, time.timestamp, null, streamEnd, undefined)
    if (first) return logLine(line, priority, time.timestamp, null, at, first)
    const hostEnd = line.indexOf(' ', at)
    if (hostEnd < 0) return logLine(line, priority, time.timestamp, null, at, undefined)
    const host = line.slice(at, hostEnd)
    if (time.end === priority.end + PLAIN_LENGTH && HOST.test(host)) {
      head = ownText(line.slice(priority.end, hostEnd + 1))
      headTimestamp = time.timestamp
      headHost = ownText(host)
    }
    at = skipLevel(line, skipBlanks(line, hostEnd))
    return logLine(line, priority, time.timestamp, host, at, readTag(line, at) ?? readTagBehind(line, at))
  }
}

/** A word that is a host wherever it stands behind a time: it cannot begin a tag. */
const HOST = /^[\w.-]{1,64}$/

/** Without a time, only a pid tells a tag from a sentence with a colon in it; behind a priority nothing needs telling. */
function readTimeless(line: string, priority: Priority): LogLine | undefined {
  const first = readTag(line, priority.end)
  if (first && (first.pid !== null || priority.end > 0)) return logLine(line, priority, null, null, 0, first)
  const hostEnd = line.indexOf(' ', priority.end)
  const second = hostEnd <= priority.end ? undefined : readTag(line, hostEnd + 1)
  if (second?.pid != null) return logLine(line, priority, null, line.slice(priority.end, hostEnd), 0, second)
  if (priority.end === 0) return undefined
  return logLine(line, priority, null, null, priority.end, undefined)
}

function logLine(
  line: string,
  { facility, severity }: Priority,
  timestamp: number | null,
  host: string | null,
  at: number,
  tag: Tag | undefined,
): LogLine {
  return {
    timestamp,
    host,
    app: tag === undefined ? null : tag.app,
    pid: tag === undefined ? null : tag.pid,
    facility,
    severity,
    message: line.slice(tag === undefined ? at : tag.end),
    remoteAddress: null,
    format: 'rfc3164',
    readable: true,
  }
}

function skipBlanks(line: string, from: number): number {
  let at = from
  while (line.charCodeAt(at) === BLANK) at += 1
  return at
}

/** BSD's syslogd -v writes `<auth.info>` or `<4.6>` before the host. */
function skipLevel(line: string, at: number): number {
  if (line.charCodeAt(at) !== SMALLER) return at
  const end = line.slice(at, at + 20).indexOf('> ')
  return end < 0 ? at : at + end + 2
}

/** The stream that a container wrote to, as Kubernetes has it instead of a host. */
const STREAM = /std(?:out|err) [FP] /y
/** As BusyBox writes it. */
const LEVEL =
  /(?:auth|authpriv|user|daemon|syslog|local[0-7])\.(?:emerg|alert|crit|err|warn|notice|info|debug) /y

/** The tag behind `auth.info`. */
function readTagBehind(line: string, at: number): Tag | undefined {
  const end = endOf(LEVEL, line, at)
  return end > at ? readTag(line, end) : undefined
}

/** Where what a sticky pattern finds at a place ends; the place itself where it finds nothing. */
function endOf(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(line) ? pattern.lastIndex : at
}

/** Reads the time of a line, in either form. Lines of one second come together, and share what was found. */
function timeReader(clock: LocalClock): (line: string, from: number) => ReadTime | undefined {
  const readIsoTime = isoTimeReader(clock)
  let lastText = ''
  let lastTimestamp = 0
  return (line, from) => {
    const end = from + PLAIN_LENGTH
    if (line.charCodeAt(end) === BLANK && line.slice(from, end) === lastText)
      return { timestamp: lastTimestamp, end }
    const code = line.charCodeAt(from)
    if (code >= 48 && code <= 57) return readIsoTime(line, from)
    const time = readMonthTime(line, from, clock)
    if (time?.end === end) {
      lastText = ownText(line.slice(from, end))
      lastTimestamp = time.timestamp
    }
    return time
  }
}

/** The length of `Jan  2 03:04:05`. */
const PLAIN_LENGTH = 15

/** A weekday as C's asctime writes it, and a year behind the time, as it does too. */
const WEEKDAY = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /y
const YEAR_BEHIND = / (?:19|20)\d\d /y

/**
 * Reads `Jan  2 03:04:05`, `Jan 2 03:04:05`, `Jan 02 2026 03:04:05` and `Fri Jan  2 03:04:05 2026`, a fraction of the
 * second too.
 */
function readMonthTime(line: string, start: number, clock: LocalClock): ReadTime | undefined {
  const from = endOf(WEEKDAY, line, start)
  if (line.charCodeAt(from + 3) !== BLANK) return undefined
  const month = MONTHS.indexOf(line.slice(from, from + 3)) + 1
  if (month === 0) return undefined
  let at = skipBlanks(line, from + 4)
  const dayDigits = line.charCodeAt(at + 1) === BLANK ? 1 : 2
  const day = digits(line, at, dayDigits)
  at += dayDigits
  if (line.charCodeAt(at) !== BLANK) return undefined
  at += 1
  let year: number | undefined
  if (line.charCodeAt(at + 4) === BLANK) {
    year = digits(line, at, 4)
    at += 5
  }
  if (line.charCodeAt(at + 2) !== COLON || line.charCodeAt(at + 5) !== COLON) return undefined
  const hour = digits(line, at, 2)
  const minute = digits(line, at + 3, 2)
  const second = digits(line, at + 6, 2)
  at += 8
  const fraction = line.charCodeAt(at) === 46 ? digits(line, at + 1, 3) : Number.NaN
  if (!Number.isNaN(fraction)) {
    at += 4
    while (line.charCodeAt(at) >= 48 && line.charCodeAt(at) <= 57) at += 1
  }
  if (year === undefined && endOf(YEAR_BEHIND, line, at) > at) {
    year = digits(line, at + 1, 4)
    at += 5
  }
  const instant =
    year === undefined
      ? clock.withoutYear(month, day, hour, minute, second)
      : clock.withYear(year, month, day, hour, minute, second)
  if (instant === undefined) return undefined
  return { timestamp: Number.isNaN(fraction) ? instant : instant + fraction, end: at }
}
