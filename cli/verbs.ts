import { type AddVerb, loadNeeded, type Verbs } from './options/lazy-verbs.ts'

const VERBS: Verbs = {
  start: async () => (await import('./demo/start.ts')).startCommand,
  up: async () => (await import('./local/up.ts')).upCommand,
  down: async () => (await import('./local/down.ts')).downCommand,
  status: async () => (await import('./local/status.ts')).statusCommand,
  reset: async () => (await import('./local/reset.ts')).resetCommand,
  topics: async () => (await import('./cluster/topics.ts')).topicsCommand,
  schemas: async () => (await import('./cluster/schemas.ts')).schemasCommand,
  produce: async () => (await import('./traffic/produce.ts')).produceCommand,
  consume: async () => (await import('./traffic/consume.ts')).consumeCommand,
  dedup: async () => (await import('./streams/dedup.ts')).dedupCommand,
  stream: async () => (await import('./streams/stream.ts')).streamCommand,
  dashboard: async () => (await import('./observe/dashboard.ts')).dashboardCommand,
  lag: async () => (await import('./observe/lag.ts')).lagCommand,
  lineage: async () => (await import('./observe/lineage.ts')).lineageCommand,
  docs: async () => (await import('./observe/docs.ts')).docsCommand,
  alerts: async () => (await import('./observe/alerts.ts')).alertsCommand,
  dlq: async () => (await import('./dlq/dlq.ts')).dlqCommand,
  logs: async () => (await import('./logs/logs.ts')).logsCommand,
  ssh: async (args) => (await import('./ssh/ssh.ts')).sshCommandFor(args),
  profile: async () => (await import('./cluster/profile.ts')).profileCommand,
  sql: async () => (await import('./sql/sql.ts')).sqlCommand,
  infra: async () => (await import('./infra/infra.ts')).infraCommand,
}

export const VERB_NAMES: readonly string[] = Object.keys(VERBS)

/** The verbs that the arguments need. Loading only these keeps a verb that needs no Kafka from loading the Kafka clients. */
export function verbsFor(args: readonly string[]): Promise<AddVerb[]> {
  return loadNeeded(VERBS, args)
}
