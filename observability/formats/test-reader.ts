import { lineReader } from './line-reader.ts'
import type { Format, LogLine } from './log-line.ts'
import { timeZone } from './time/time-zone.ts'

export interface ReadingAt {
  readonly format?: Format | 'auto'
  /** When the line is read. */
  readonly at?: string
  readonly zone?: string
  readonly year?: number
}

/** Reads one line as of a point in time. */
export function readLine(line: string | Buffer, options: ReadingAt = {}): LogLine {
  const { format = 'auto', at = '2026-11-21T12:00:00Z', zone = 'UTC', year } = options
  const read = lineReader(format, {
    zone: timeZone(zone),
    reference: () => Date.parse(at),
    ...(year === undefined ? {} : { year }),
  })
  return read(line)
}

/** The time of a line as ISO 8601; undefined if it has none. */
export function timeOf(line: string, options: ReadingAt = {}): string | undefined {
  const { timestamp } = readLine(line, options)
  return timestamp === null ? undefined : new Date(timestamp).toISOString()
}
