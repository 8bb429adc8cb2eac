import { Option } from 'commander'
import ms from 'ms'
import { duration } from './arguments.ts'

/** An option that takes a duration. The help shows its default as a user would write it: `10m`, not 600000. */
export function durationOption(flags: string, description: string, defaultMs: number): Option {
  return new Option(flags, description).argParser(duration).default(defaultMs, ms(defaultMs))
}
