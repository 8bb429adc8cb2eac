import type { Command } from 'commander'
import { FORMATS, type Format } from '../../observability/formats/log-line.ts'
import type { TimeZone } from '../../observability/formats/time/time-zone.ts'
import { zone } from './arguments.ts'
import { choice } from './choice.ts'

/** What every command takes that reads lines of logs. */
export interface LineOptions {
  format: Format | 'auto'
  tz?: TimeZone
}

export function addLineOptions(command: Command): Command {
  return command
    .option(
      '--format <format>',
      `of the lines: auto, ${FORMATS.join(', ')}`,
      choice('auto', ...FORMATS),
      'auto',
    )
    .option(
      '--tz <zone>',
      'the zone of times that name none (Europe/Berlin), this machine’s by default',
      zone,
    )
}
