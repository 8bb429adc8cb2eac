import { type AddVerb, neededOf, type Verbs } from './lazy-verbs.ts'

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
