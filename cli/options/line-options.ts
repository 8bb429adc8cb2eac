import type { Command } from 'commander'
import { FORMATS, type Format } from '../../observability/formats/log-line.ts'
import type { TimeZone } from '../../observability/formats/time/time-zone.ts'
import { zone } from './arguments.ts'
import { choice } from './choice.ts'

/** The options of every command that reads log lines. */
export interface LineOptions {
  format: Format | 'auto'
  tz?: TimeZone
}

export function addLineOptions(command: Command): Command {
  return command
    .option(
      '--format <format>',
      `the format of the lines: auto, ${FORMATS.join(', ')}`,
      choice('auto', ...FORMATS),
      'auto',
    )
    .option(
      '--tz <zone>',
      'the time zone of timestamps without one, such as Europe/Berlin or +02:00 (default: the zone of this machine)',
      zone,
    )
}
