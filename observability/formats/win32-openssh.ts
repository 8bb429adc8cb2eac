import type { ReadLine } from './log-line.ts'
import { isoTimeReader } from './time/iso-time.ts'
import type { LocalClock } from './time/local-clock.ts'

const HEAD = /^(\d{1,10}) (?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/

/** Reads OpenSSH for Windows' `sshd.log`: `PID TIME MESSAGE`, with local times. The program is always sshd. */
export function win32OpenSsh(clock: LocalClock): ReadLine {
  const readTime = isoTimeReader(clock)
  return (line) => {
    const head = HEAD.exec(line)
    const time = head ? readTime(line, head[0].length) : undefined
    if (!head || !time || line.charCodeAt(time.end) !== 32) return undefined
    return {
      timestamp: time.timestamp,
      host: null,
      app: 'sshd',
      pid: Number(head[1]),
      facility: null,
      severity: null,
      message: line.slice(time.end + 1),
      remoteAddress: null,
      format: 'win32-openssh',
      readable: true,
    }
  }
}
