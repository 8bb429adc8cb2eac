import type { Command } from 'commander'

/**
 * The full names of the commands that end when the reader of their output is gone, as in `| head`: commands that only
 * report, and `ssh detect`, because its next run continues where it stopped. Every other command changes something, so it
 * finishes its work even when nobody reads the output.
 */
export const ENDS_ON_BROKEN_PIPE: readonly string[] = [
  'status',
  'topics list',
  'topics describe',
  'topics diff',
  'schemas list',
  'schemas diff',
  'consume',
  'lag',
  'lineage',
  'docs asyncapi',
  'dlq list',
  'dlq show',
  'logs config',
  'ssh classify',
  'ssh detect',
  'ssh report',
  'profile list',
  'profile show',
  'profile check',
  'sql plan',
  'sql status',
  'sql query',
  'infra synth',
  'infra plan',
]

/** The full name of a command without the program's, such as `topics apply`. */
export function fullNameOf(command: Command): string {
  const { parent } = command
  return parent?.parent ? `${fullNameOf(parent)} ${command.name()}` : command.name()
}
