import type { LogLine, ReadLine } from './log-line.ts'
import { type Priority, readPriority } from './priority.ts'
import { readTag, type Tag } from './tag.ts'
import { BLANK, COLON, LESS_THAN } from './text/character-codes.ts'
import { ownText } from './text/own-text.ts'
import { digits, isoTimeReader, type ReadTime } from './time/iso-time.ts'
import type { LocalClock } from './time/local-clock.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * Reads the classic syslog format, RFC 3164, as found in files: `Jan  2 03:04:05 host sshd[123]: message`, with or without
 * `<PRI>`, with a year after the day, or with the ISO 8601 time of rsyslog's and systemd's files. The host is optional. The
 * time is optional if a tag with a pid, `app[pid]:`, shows that the line is syslog's.
 */
export function rfc3164(clock: LocalClock): ReadLine {
  const readTime = timeReader(clock)
  // The beginning of the previous line: consecutive lines often share second and host.
  let head = 'none'
  let headTimestamp = 0
  let headHost = ''
  return (line) => {
    const priority = readPriority(line)
    const headEnd = priority.end + head.length
    // Comparing one slice is faster than comparing characters.
    if (line.slice(priority.end, headEnd) === head) {
      const tagAt = skipLevel(line, skipBlanks(line, headEnd))
      return logLine(
        line,
        priority,
        headTimestamp,
        headHost,
        tagAt,
        readTag(line, tagAt) ?? readTagAfterLevel(line, tagAt),
      )
    }
    const time = readTime(line, priority.end)
    if (time === undefined) return readTimeless(line, priority)
    let at = skipBlanks(line, time.end)
    if (at === time.end && at < line.length) return undefined
    at = skipLevel(line, at)
    const streamEnd = endOf(STREAM, line, at)
    const first = readTag(line, streamEnd) ?? readTagAfterLevel(line, at)
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
    return logLine(line, priority, time.timestamp, host, at, readTag(line, at) ?? readTagAfterLevel(line, at))
  }
}

/** A word that is a host if it follows a time: it cannot be the beginning of a tag. */
const HOST = /^[\w.-]{1,64}$/

/** Without a time, only a pid distinguishes a tag from a sentence with a colon, unless a priority precedes it. */
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
  if (line.charCodeAt(at) !== LESS_THAN) return at
  const end = line.slice(at, at + 20).indexOf('> ')
  return end < 0 ? at : at + end + 2
}

/** The stream that a container wrote to, which Kubernetes puts in place of the host. */
const STREAM = /std(?:out|err) [FP] /y
/** The level that BusyBox's syslogd puts before the tag. */
const LEVEL =
  /(?:auth|authpriv|user|daemon|syslog|local[0-7])\.(?:emerg|alert|crit|err|warn|notice|info|debug) /y

/** The tag after a level such as `auth.info`. */
function readTagAfterLevel(line: string, at: number): Tag | undefined {
  const end = endOf(LEVEL, line, at)
  return end > at ? readTag(line, end) : undefined
}

/** The end of a sticky pattern's match at a position; the position itself if it does not match. */
function endOf(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(line) ? pattern.lastIndex : at
}

/** Reads the time of a line, in either form. The last time is cached for other lines of the same second. */
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

/** The weekday and the year as C's asctime writes them, before and after the time. */
const WEEKDAY = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /y
const YEAR_AFTER = / (?:19|20)\d\d /y

/** Reads `Jan  2 03:04:05`, `Jan 2 03:04:05`, `Jan 02 2026 03:04:05` and `Fri Jan  2 03:04:05 2026`, with or without a fraction. */
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
  if (year === undefined && endOf(YEAR_AFTER, line, at) > at) {
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
