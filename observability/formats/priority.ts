/** syslog's facilities by their numbers, RFC 5424, table 1, with the names that rsyslog and Linux give them. */
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

/** syslog's severities by their numbers, RFC 5424, table 2. */
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

export function facilityOf(code: number): string | null {
  return FACILITIES[code] ?? null
}

export function severityOf(code: number): string | null {
  return SEVERITIES[code] ?? null
}

/** What `<PRI>` at the beginning of a line says, and where the line goes on. */
export interface Priority {
  readonly facility: string | null
  readonly severity: string | null
  readonly end: number
}

const NONE: Priority = { facility: null, severity: null, end: 0 }
const HIGHEST = 191
const known: (Priority | undefined)[] = []

/** Reads `<0>` to `<191>`; a line that begins otherwise has no priority, and none of its characters are taken. */
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
