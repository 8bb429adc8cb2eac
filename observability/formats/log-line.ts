/** The formats of log lines. */
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

/** The fields of a log line; null for those that the line does not have. */
export interface LogLine {
  /** Whole ms since the epoch. */
  readonly timestamp: number | null
  readonly host: string | null
  /** The program that wrote it, without the pid. */
  readonly app: string | null
  readonly pid: number | null
  /** By syslog's name, such as `authpriv`. */
  readonly facility: string | null
  /** By syslog's name, such as `info`. */
  readonly severity: string | null
  readonly message: string
  /** The peer, if it has a field of its own, as in Fluent Bit's records. */
  readonly remoteAddress: string | null
  /** The format that the line was read as. */
  readonly format: Format
  /** False if the line is not in the requested format: it is then plain, and its message is the whole line. */
  readonly readable: boolean
}

/**
 * Reads one line, without its line break. Returns undefined for a line that is not in its format, never throws, and takes
 * time linear in the line's length.
 */
export type ReadLine = (line: string) => LogLine | undefined
