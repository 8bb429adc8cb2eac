import type { Command } from 'commander'

/** Adds a verb to the program. */
export type AddVerb = (program: Command) => void

/** The verbs in the order of the help, each in a file that is read only where it is needed. */
const VERBS: Readonly<Record<string, () => Promise<AddVerb>>> = {
  start: async () => (await import('./start.ts')).startCommand,
  up: async () => (await import('./up.ts')).upCommand,
  down: async () => (await import('./down.ts')).downCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  reset: async () => (await import('./reset.ts')).resetCommand,
  topics: async () => (await import('./topics.ts')).topicsCommand,
  schemas: async () => (await import('./schemas.ts')).schemasCommand,
  produce: async () => (await import('./produce.ts')).produceCommand,
  consume: async () => (await import('./consume.ts')).consumeCommand,
  dedup: async () => (await import('./dedup.ts')).dedupCommand,
  stream: async () => (await import('./stream.ts')).streamCommand,
  dlq: async () => (await import('./dlq.ts')).dlqCommand,
  logs: async () => (await import('./logs.ts')).logsCommand,
  ssh: async () => (await import('./ssh.ts')).sshCommand,
  profile: async () => (await import('./profile.ts')).profileCommand,
  sql: async () => (await import('./sql.ts')).sqlCommand,
  infra: async () => (await import('./infra.ts')).infraCommand,
}

export const VERB_NAMES: readonly string[] = Object.keys(VERBS)

/**
 * The verbs that the arguments may need: the one they name, or all of them, for the help and for a word that is none. So
 * a verb without Kafka does not wait until Kafka's clients are loaded.
 */
export async function verbsFor(args: readonly string[]): Promise<AddVerb[]> {
  const name = args.find((word, at) => !word.startsWith('-') && args[at - 1] !== '--profile')
  const load = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  return Promise.all(load ? [load()] : Object.values(VERBS).map((one) => one()))
}
