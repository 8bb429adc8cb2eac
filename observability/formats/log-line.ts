/** The formats that a log line can come in. */
export const FORMATS = [
  'rfc3164',
  'rfc5424',
  'fluent-bit',
  'journald',
  'json',
  'win32-openssh',
  'plain',
] as const

export type Format = (typeof FORMATS)[number]

/** What a log line says of itself. Every field is always there: null where the line is silent. */
export interface LogLine {
  /** Whole ms since the epoch. */
  readonly timestamp: number | null
  readonly host: string | null
  /** The program that wrote it, without its pid. */
  readonly app: string | null
  readonly pid: number | null
  /** syslog's name of it, such as `authpriv`. */
  readonly facility: string | null
  /** syslog's name of it, such as `info`. */
  readonly severity: string | null
  readonly message: string
  /** The peer, where a field of its own names it, as in Fluent Bit's records. */
  readonly remoteAddress: string | null
  /** The format that read it. */
  readonly format: Format
  /** False where no format that was asked for could read the line: it is then plain, and its message is all of it. */
  readonly readable: boolean
}

/**
 * Reads one line, without its line break. It returns undefined for a line that is not in its format, never throws, and
 * takes time linear in the line's length.
 */
export type ReadLine = (line: string) => LogLine | undefined
