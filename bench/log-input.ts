import { closeSync, openSync, writeSync } from 'node:fs'
import { type HostLogOptions, HostLogs } from '../producers/host-logs.ts'
import { lineWriter } from '../producers/log-format.ts'

/** Writes a log file of generated lines in RFC 3164; the same options give the same file. */
export function writeLog(file: string, lines: number, options: Omit<HostLogOptions, 'seed'>): void {
  const logs = new HostLogs({ ...options, seed: 1 })
  const write = lineWriter('rfc3164')
  const descriptor = openSync(file, 'w')
  for (let line = 0; line < lines; line += 1) writeSync(descriptor, `${write(logs.next())}\n`)
  closeSync(descriptor)
}
