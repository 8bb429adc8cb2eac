import type { LogLine } from './log-line.ts'

/** A line that is all message. */
export function plain(line: string, readable: boolean): LogLine {
  return {
    timestamp: null,
    host: null,
    app: null,
    pid: null,
    facility: null,
    severity: null,
    message: line,
    remoteAddress: null,
    format: 'plain',
    readable,
  }
}
