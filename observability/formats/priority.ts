/** The facilities of RFC 5424, table 1, by number, with the names that rsyslog and Linux use. */
const FACILITIES = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
]

/** The severities of RFC 5424, table 2, by number. */
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

export function facilityOf(code: number): string | null {
  return FACILITIES[code] ?? null
}

export function severityOf(code: number): string | null {
  return SEVERITIES[code] ?? null
}

/** The meaning of `<PRI>` at the beginning of a line, and where it ends. */
export interface Priority {
  readonly facility: string | null
  readonly severity: string | null
  readonly end: number
}

const NONE: Priority = { facility: null, severity: null, end: 0 }
const HIGHEST = 191
const known: (Priority | undefined)[] = []

/** Reads `<0>` to `<191>`. For any other line, facility and severity are null and `end` is 0. */
export function readPriority(line: string): Priority {
  if (line.charCodeAt(0) !== 60) return NONE
  let code = 0
  let at = 1
  for (; at <= 3; at += 1) {
    const digit = line.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) break
    code = code * 10 + digit
  }
  if (at === 1 || line.charCodeAt(at) !== 62 || code > HIGHEST) return NONE
  const end = at + 1
  const cached = known[code]
  if (cached?.end === end) return cached
  const priority = { facility: facilityOf(code >> 3), severity: severityOf(code & 7), end }
  known[code] = priority
  return priority
}
