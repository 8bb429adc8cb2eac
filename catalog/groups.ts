import type { Application } from './applications.ts'
import type { Processor } from './processors.ts'

// Consumer groups and transactional ids: the resource names that permissions are granted on.

/** Prefix of the consumer groups that an application joins, apart from its processors' groups. */
export function groupPrefix(application: string): string {
  return `${application}-`
}

/** The consumer group of a processor. */
export function groupOf(processor: Processor): string {
  return processor.name
}

/** Consumer group of the alerts; its offsets mark the attacks already acted on. */
export const ALERT_GROUP = `${groupPrefix('attack-detector' satisfies Application)}alerts`

/** Prefix of the transactional ids of a consumer group's members. */
export function transactionalIdPrefix(group: string): string {
  return `${group}-`
}

/** Consumer group whose offset marks how far a topic's dead-letter records were replayed. */
export function replayGroup(topic: string): string {
  return `dlq-replay-${topic}`
}

/** The application that replays dead-letter records. */
export const REPLAYER: Application = 'operator'

/** The application that applies scripts to a SQL engine and records the deployments. */
export const SQL_APPLIER: Application = 'sql-engine'

/** Consumer group in which a Flink script reads a topic. */
export function sqlGroup(topic: string): string {
  return `${groupPrefix(SQL_APPLIER)}${topic}`
}

/** Transactional id for an engine's deployment record: one per engine, so that a new writer fences the previous one. */
export function deploymentsTransactionalId(engine: string): string {
  return `${transactionalIdPrefix(SQL_APPLIER)}${engine}`
}
