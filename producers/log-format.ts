import type { HostLogLine } from './host-logs.ts'

/** Formats of generated lines; times are UTC. */
export const LOG_FORMATS = ['iso', 'rfc3164', 'rfc5424'] as const

export type LogFormat = (typeof LOG_FORMATS)[number]

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Priorities of authpriv.info and daemon.info (RFC 5424: facility * 8 + severity). */
const AUTHPRIV_INFO = 86
const DAEMON_INFO = 30

/** Formats lines without a line feed: as in rsyslog's files, in traditional syslog files, or in syslog messages on the wire. */
export function lineWriter(format: LogFormat): (line: HostLogLine) => string {
  switch (format) {
    case 'iso':
      return ({ timestamp, host, app, pid, message }) =>
        `${isoTime(timestamp)} ${host} ${app}[${pid}]: ${message}`
    case 'rfc3164':
      return ({ timestamp, host, app, pid, message }) =>
        `${monthTime(timestamp)} ${host} ${app}[${pid}]: ${message}`
    case 'rfc5424':
      return ({ timestamp, host, app, pid, message }) =>
        `<${app === 'sshd' ? AUTHPRIV_INFO : DAEMON_INFO}>1 ${isoTime(timestamp)} ${host} ${app} ${pid} - - ${message}`
  }
}

function isoTime(timestamp: number): string {
  return new Date(timestamp).toISOString().replace('Z', '000+00:00')
}

function monthTime(timestamp: number): string {
  const date = new Date(timestamp)
  const day = String(date.getUTCDate()).padStart(2)
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`
}
