import { topic } from '../../../catalog/topics.ts'
import { Writer } from '../../../kafka/clients/writer.ts'
import type { Profile } from '../../../kafka/profile/profile.ts'

/** One line of sshd's, as the shipper sends it. */
export interface TestLine {
  /** ms since the epoch. */
  readonly at: number
  readonly message: string
  readonly host?: string
  readonly app?: string
  readonly pid?: number
}

/** A failed password, which is one attempt. */
export function failedPassword(at: number, address: string, user = 'root', host = 'web-1'): TestLine {
  return { at, host, message: `Failed password for ${user} from ${address} port 4711 ssh2` }
}

/** A log line as it lies in `logs`. */
export function logRecord({ at, message, host = 'web-1', app = 'sshd', pid = 1 }: TestLine) {
  const value = { timestamp: at, host, app, pid, facility: 'authpriv', severity: 'info', message }
  return { key: host, value: JSON.stringify(value), timestamp: String(at) }
}

/** Writes lines to `logs`, in their order. */
export async function writeLogs(profile: Profile, lines: readonly TestLine[]): Promise<void> {
  const writer = await Writer.connect(profile, 'log-shipper')
  await writer.send(topic('logs').name, lines.map(logRecord))
  await writer.close()
}
