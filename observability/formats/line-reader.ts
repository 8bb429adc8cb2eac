import { outsideContainer } from './container.ts'
import { criLine } from './cri.ts'
import { fluentBit } from './fluent-bit.ts'
import { journald } from './journald.ts'
import { jsonRecord, tagged } from './json-record.ts'
import type { Format, LogLine, ReadLine } from './log-line.ts'
import { PartialLines } from './partial-lines.ts'
import { plain } from './plain.ts'
import { rfc3164 } from './rfc3164.ts'
import { rfc5424 } from './rfc5424.ts'
import { type JsonObject, readJsonObject } from './text/json-object.ts'
import { isoTimeReader } from './time/iso-time.ts'
import { type ClockOptions, LocalClock } from './time/local-clock.ts'
import { win32OpenSsh } from './win32-openssh.ts'

const BRACE = 123
const BYTE_ORDER_MARK = 0xfeff

/**
 * A reader of log lines. It reads every line: what its format cannot read is plain, with `readable` false. It never
 * throws. `auto` looks at each line by itself, so formats may change within a file. A reader remembers the last time that
 * it saw: it is cheap where it reads the lines of one file, in their order.
 */
export function lineReader(
  format: Format | 'auto',
  options: ClockOptions,
): (line: string | Buffer) => LogLine {
  const read = readerOf(format, new LocalClock(options))
  return (line) => {
    const text = typeof line === 'string' ? line : line.toString()
    // Editors and shells of Windows begin files so.
    const bare = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text
    return read(bare) ?? plain(text, false)
  }
}

function readerOf(format: Format | 'auto', clock: LocalClock): ReadLine {
  switch (format) {
    case 'rfc3164':
      return rfc3164(clock)
    case 'rfc5424':
      return rfc5424(clock)
    case 'fluent-bit':
      return (line) => {
        const record = readJsonObject(line)
        return record && fluentBit(record, clock)
      }
    case 'journald':
      return (line) => {
        const entry = readJsonObject(line)
        return entry && journald(entry)
      }
    case 'json': {
      const readText = detecting(clock)
      return (line) => {
        const record = readJsonObject(line)
        return record && jsonRecord(record, clock, readText)
      }
    }
    case 'win32-openssh':
      return win32OpenSsh(clock)
    case 'plain':
      return (line) => plain(line, true)
    case 'auto':
      return detecting(clock)
  }
}

/** Wrappers in wrappers: a collector's record of a container runtime's line, and so on. */
const DEEPEST = 4
/** Docker splits lines at 16 KiB. */
const DOCKER_PART = 2 ** 14
/** How many octets follow, which RFC 6587 puts before a message where they come in a stream. */
const OCTET_COUNT = /^\d{1,7} (?=<\d{1,3}>)/
/** What `kubectl logs --timestamps` and `docker logs -t` put before a line. */
const TIME_BEFORE = /^\d{4}-\d\d-\d\dT\S{8,32} (?=<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d |\d{4}-|\{)/
/** Fluentd's file output: the time, the tag and the record. */
const FLUENTD = /^(\d{4}-\S{8,32})\t[^\t]{0,256}\t(?=\{)/

/**
 * The beginning of a line tells its format: JSON's brace, else RFC 5424's version, else it is RFC 3164's or plain. A line
 * that is none of them, or names no program, may be one in the dress of a container runtime or a collector.
 */
function detecting(clock: LocalClock): ReadLine {
  const classic = rfc3164(clock)
  const modern = rfc5424(clock)
  const windows = win32OpenSsh(clock)
  const readTime = isoTimeReader(clock)
  const partial = new PartialLines()

  function read(line: string, depth: number): LogLine | undefined {
    const first = line.charCodeAt(0)
    if (first === BRACE) return readObject(line, depth)
    if (first >= 48 && first <= 57) {
      const cri = criLine(line, readTime)
      if (cri) {
        const whole = partial.join(cri.stream, cri.text, cri.isPartial)
        return whole === undefined ? silent(cri.timestamp) : within(whole, cri.timestamp, depth)
      }
    }
    const syslog = modern(line) ?? classic(line)
    return syslog && syslog.app !== null ? syslog : (undressed(line, depth) ?? syslog)
  }

  function undressed(line: string, depth: number): LogLine | undefined {
    if (depth >= DEEPEST) return undefined
    const count = OCTET_COUNT.exec(line)
    if (count) return read(line.slice(count[0].length), depth + 1)
    const fluentd = FLUENTD.exec(line) ?? TIME_BEFORE.exec(line)
    if (fluentd) {
      const inner = read(line.slice(fluentd[0].length), depth + 1)
      return inner && { ...inner, timestamp: inner.timestamp ?? readTime(line, 0)?.timestamp ?? null }
    }
    const text = outsideContainer(line)
    return text === line ? windows(line) : read(text, depth + 1)
  }

  function readObject(line: string, depth: number): LogLine | undefined {
    const object = readJsonObject(line)
    if (!object || depth >= DEEPEST) return undefined
    const entry = Object.hasOwn(object, 'MESSAGE') ? journald(object) : undefined
    // Of a container the identifier is Docker's: its line says who wrote it.
    const isContainer = Object.hasOwn(object, 'CONTAINER_ID') || Object.hasOwn(object, 'CONTAINER_NAME')
    if (entry && isContainer) return around(entry, read(entry.message, depth + 1) ?? tagged(entry.message))
    if (entry && entry.app !== null && entry.timestamp !== null) return entry
    const whole = wholeOf(object)
    if (whole === undefined) return silent(null)
    const record = jsonRecord(whole, clock, (text) => read(text, depth + 1))
    if (entry && entry.app !== null) return { ...entry, timestamp: record?.timestamp ?? null }
    if (record?.app == null) {
      const journal = entry ?? journald(object)
      if (journal) return journal
    }
    const isFluentBit = record?.format === 'json' && typeof object['message'] === 'string'
    return isFluentBit ? { ...record, format: 'fluent-bit' } : record
  }

  /** A record of Docker's with the parts of its line that came before; undefined where more are to come. */
  function wholeOf(object: JsonObject): JsonObject | undefined {
    const { log, stream } = object
    if (typeof log !== 'string') return object
    const isPartial = log.length >= DOCKER_PART && !log.endsWith('\n')
    const whole = partial.join(`docker ${typeof stream === 'string' ? stream : ''}`, log, isPartial)
    return whole === undefined ? undefined : whole === log ? object : { ...object, log: whole }
  }

  function within(text: string, timestamp: number, depth: number): LogLine {
    const inner = (depth < DEEPEST ? read(text, depth + 1) : undefined) ?? tagged(text)
    const format = inner.format === 'json' ? 'rfc3164' : inner.format
    return { ...inner, format, timestamp: inner.timestamp ?? timestamp }
  }

  return (line) => read(line, 0)
}

/** A line with what the entry of the journal says that holds it, where it is silent itself. */
function around(entry: LogLine, line: LogLine): LogLine {
  return {
    ...line,
    timestamp: line.timestamp ?? entry.timestamp,
    host: line.host ?? entry.host,
    facility: line.facility ?? entry.facility,
    severity: line.severity ?? entry.severity,
    format: 'journald',
  }
}

/** What is said of a part of a line whose last part is to come. */
function silent(timestamp: number | null): LogLine {
  return { ...plain('', true), timestamp }
}
