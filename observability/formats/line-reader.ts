import { outsideContainer } from './container.ts'
import { fluentBit } from './fluent-bit.ts'
import { journald } from './journald.ts'
import { readJsonObject } from './json-object.ts'
import { type ClockOptions, LocalClock } from './local-clock.ts'
import type { Format, LogLine, ReadLine } from './log-line.ts'
import { plain } from './plain.ts'
import { rfc3164 } from './rfc3164.ts'
import { rfc5424 } from './rfc5424.ts'

const BRACE = 123

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
    return read(text) ?? plain(text, false)
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
    case 'plain':
      return (line) => plain(line, true)
    case 'auto':
      return detecting(clock)
  }
}

/** The beginning of a line tells its format: JSON's brace, else RFC 5424's version, else it is RFC 3164's or plain. */
function detecting(clock: LocalClock): ReadLine {
  const classic = rfc3164(clock)
  const modern = rfc5424(clock)
  return (line) => {
    if (line.charCodeAt(0) !== BRACE) {
      const read = modern(line) ?? classic(line)
      if (read) return read
      const text = outsideContainer(line)
      return text === line ? undefined : (modern(text) ?? classic(text))
    }
    const object = readJsonObject(line)
    return object && (journald(object) ?? fluentBit(object, clock))
  }
}
