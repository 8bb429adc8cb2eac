import type { Command } from 'commander'

/** Adds a verb to the program. */
export type AddVerb = (program: Command) => void

/** Verbs in the order of the help, each in a file that is read only where the arguments after its name need it. */
export type Verbs = Readonly<Record<string, (args: readonly string[]) => Promise<AddVerb>>>

const VERBS: Verbs = {
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
  ssh: async (args) => (await import('./ssh.ts')).sshCommandFor(args),
  profile: async () => (await import('./profile.ts')).profileCommand,
  sql: async () => (await import('./sql.ts')).sqlCommand,
  infra: async () => (await import('./infra.ts')).infraCommand,
}

export const VERB_NAMES: readonly string[] = Object.keys(VERBS)

/** The verbs that the arguments may need; a verb without Kafka does not wait until Kafka's clients are loaded. */
export function verbsFor(args: readonly string[]): Promise<AddVerb[]> {
  return neededOf(VERBS, args)
}

/** The verb that the arguments name, or all of them, for the help and for a word that is none. */
export async function neededOf(verbs: Verbs, args: readonly string[]): Promise<AddVerb[]> {
  const at = args.findIndex((word, index) => !word.startsWith('-') && args[index - 1] !== '--profile')
  const name = args[at]
  const load = name !== undefined && Object.hasOwn(verbs, name) ? verbs[name] : undefined
  return load ? [await load(args.slice(at + 1))] : Promise.all(Object.values(verbs).map((one) => one([])))
}
