import type { ReadLine } from './log-line.ts'
import { readPriority } from './priority.ts'
import { BACKSLASH, BLANK, CLOSING_BRACKET, OPENING_BRACKET, QUOTE } from './text/character-codes.ts'
import { isoTimeReader } from './time/iso-time.ts'
import type { LocalClock } from './time/local-clock.ts'

const BYTE_ORDER_MARK = 0xfeff

/**
 * Reads RFC 5424: `<PRI>1 TIMESTAMP HOST APP PROCID MSGID STRUCTURED-DATA MSG`, with `-` for unknown fields. Skips the
 * structured data and the byte order mark before the message. A PROCID that is not a number is not used as the pid.
 */
export function rfc5424(clock: LocalClock): ReadLine {
  const readIsoTime = isoTimeReader(clock)
  return (line) => {
    const { facility, severity, end } = readPriority(line)
    if (end === 0 || line.charCodeAt(end) !== 49 || line.charCodeAt(end + 1) !== BLANK) return undefined
    const timeAt = end + 2
    const timeEnd = line.indexOf(' ', timeAt)
    if (timeEnd < 0) return undefined
    let timestamp: number | null = null
    if (line.slice(timeAt, timeEnd) !== '-') {
      const time = readIsoTime(line, timeAt)
      if (time?.end !== timeEnd) return undefined
      timestamp = time.timestamp
    }
    const hostEnd = line.indexOf(' ', timeEnd + 1)
    const appEnd = hostEnd < 0 ? -1 : line.indexOf(' ', hostEnd + 1)
    const pidEnd = appEnd < 0 ? -1 : line.indexOf(' ', appEnd + 1)
    const idEnd = pidEnd < 0 ? -1 : line.indexOf(' ', pidEnd + 1)
    if (idEnd < 0) return undefined
    const dataEnd = endOfStructuredData(line, idEnd + 1)
    if (dataEnd === undefined) return undefined
    let messageAt = line.charCodeAt(dataEnd) === BLANK ? dataEnd + 1 : dataEnd
    if (line.charCodeAt(messageAt) === BYTE_ORDER_MARK) messageAt += 1
    return {
      timestamp,
      host: fieldOf(line, timeEnd + 1, hostEnd),
      app: fieldOf(line, hostEnd + 1, appEnd),
      pid: pidOf(line.slice(appEnd + 1, pidEnd)),
      facility,
      severity,
      message: line.slice(messageAt),
      remoteAddress: null,
      format: 'rfc5424',
      readable: true,
    }
  }
}

function fieldOf(line: string, from: number, end: number): string | null {
  return end === from || (end === from + 1 && line.charCodeAt(from) === 45) ? null : line.slice(from, end)
}

export function pidOf(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null
}

/** The end of `-` or `[id name="value" …][…]`; undefined for anything else. A backslash escapes within quotes. */
function endOfStructuredData(line: string, from: number): number | undefined {
  if (line.charCodeAt(from) === 45) {
    return from + 1 === line.length || line.charCodeAt(from + 1) === BLANK ? from + 1 : undefined
  }
  if (line.charCodeAt(from) !== OPENING_BRACKET) return undefined
  let quoted = false
  for (let at = from + 1; at < line.length; at += 1) {
    const code = line.charCodeAt(at)
    if (quoted && code === BACKSLASH) at += 1
    else if (code === QUOTE) quoted = !quoted
    else if (!quoted && code === CLOSING_BRACKET) {
      if (line.charCodeAt(at + 1) !== OPENING_BRACKET) {
        return at + 1 === line.length || line.charCodeAt(at + 1) === BLANK ? at + 1 : undefined
      }
      at += 1
    }
  }
  return undefined
}
