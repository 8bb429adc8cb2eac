import type { Command } from 'commander'

/**
 * The commands whose output is all that they are for, by their words: they end where nobody reads the output any more.
 * `ssh detect` is one of them, because the next run goes on where it was. Every other command changes something, and
 * finishes what it has begun although nobody reads what it says.
 */
export const READING_VERBS: readonly string[] = [
  'status',
  'topics list',
  'topics diff',
  'schemas list',
  'schemas diff',
  'consume',
  'lag',
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

/** The words that name a command, as `topics apply`. */
export function wordsOf(command: Command): string {
  const { parent } = command
  return parent?.parent ? `${wordsOf(parent)} ${command.name()}` : command.name()
}
