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
import { OPENING_BRACE } from './text/character-codes.ts'
import { type JsonObject, readJsonObject } from './text/json-object.ts'
import { isoTimeReader } from './time/iso-time.ts'
import { type ClockOptions, LocalClock } from './time/local-clock.ts'
import { win32OpenSsh } from './win32-openssh.ts'

const BYTE_ORDER_MARK = 0xfeff

/**
 * Makes a reader of log lines. The reader accepts every line and never throws: a line that is not in its format is plain, with
 * `readable` false. `auto` detects the format of each line, so a file may mix formats. A reader caches the last time it
 * parsed, so it is fastest with the lines of one file, in order.
 */
export function lineReader(
  format: Format | 'auto',
  options: ClockOptions,
): (line: string | Buffer) => LogLine {
  const read = readerOf(format, new LocalClock(options))
  return (line) => {
    const text = typeof line === 'string' ? line : line.toString()
    // Windows editors and shells write it at the beginning of a file.
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

/** How many wrappers a line may have: a collector's record of a container runtime's line has two. */
const DEEPEST = 4
/** Docker splits lines at 16 KiB. */
const DOCKER_PART = 2 ** 14
/** RFC 6587's octet count, which precedes each message in a stream. */
const OCTET_COUNT = /^\d{1,7} (?=<\d{1,3}>)/
/** The time that `kubectl logs --timestamps` and `docker logs -t` put before a line. */
const TIME_BEFORE = /^\d{4}-\d\d-\d\dT\S{8,32} (?=<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d |\d{4}-|\{)/
/** Fluentd's file output: the time, the tag and the record. */
const FLUENTD = /^(\d{4}-\S{8,32})\t[^\t]{0,256}\t(?=\{)/

/**
 * Detects a line's format by its beginning: a brace for JSON, a version for RFC 5424, otherwise RFC 3164. A line that is in none
 * of these formats, or has no program, may be wrapped by a container runtime or a collector.
 */
function detecting(clock: LocalClock): ReadLine {
  const classic = rfc3164(clock)
  const modern = rfc5424(clock)
  const windows = win32OpenSsh(clock)
  const readTime = isoTimeReader(clock)
  const partial = new PartialLines()

  function read(line: string, depth: number): LogLine | undefined {
    const first = line.charCodeAt(0)
    if (first === OPENING_BRACE) return readObject(line, depth)
    if (first >= 48 && first <= 57) {
      const cri = criLine(line, readTime)
      if (cri) {
        const whole = partial.join(cri.stream, cri.text, cri.isPartial)
        return whole === undefined ? pendingPart(cri.timestamp) : within(whole, cri.timestamp, depth)
      }
    }
    const syslog = modern(line) ?? classic(line)
    return syslog && syslog.app !== null ? syslog : (unwrapped(line, depth) ?? syslog)
  }

  function unwrapped(line: string, depth: number): LogLine | undefined {
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
    // Docker's driver sets the container's identifier: the program is in the line itself.
    const isContainer = Object.hasOwn(object, 'CONTAINER_ID') || Object.hasOwn(object, 'CONTAINER_NAME')
    if (entry && isContainer)
      return filledFrom(entry, read(entry.message, depth + 1) ?? tagged(entry.message))
    if (entry && entry.app !== null && entry.timestamp !== null) return entry
    const whole = wholeOf(object)
    if (whole === undefined) return pendingPart(null)
    const record = jsonRecord(whole, clock, (text) => read(text, depth + 1))
    if (entry && entry.app !== null) return { ...entry, timestamp: record?.timestamp ?? null }
    if (record?.app == null) {
      const journal = entry ?? journald(object)
      if (journal) return journal
    }
    const isFluentBit = record?.format === 'json' && typeof object['message'] === 'string'
    return isFluentBit ? { ...record, format: 'fluent-bit' } : record
  }

  /** A record of Docker's with the earlier parts of its line; undefined if more parts follow. */
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

/** Fills the missing fields of a line from the journal entry that contains it. */
function filledFrom(entry: LogLine, line: LogLine): LogLine {
  return {
    ...line,
    timestamp: line.timestamp ?? entry.timestamp,
    host: line.host ?? entry.host,
    facility: line.facility ?? entry.facility,
    severity: line.severity ?? entry.severity,
    format: 'journald',
  }
}

/** Stands for a part of a line until its last part arrives. */
function pendingPart(timestamp: number | null): LogLine {
  return { ...plain('', true), timestamp }
}
