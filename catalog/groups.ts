import type { Application } from './applications.ts'
import type { Processor } from './processors.ts'

// The names that applications give themselves towards the broker: they are what permissions are granted on.

/** What every consumer group begins with that an application joins other than as a processor. */
export function groupPrefix(application: string): string {
  return `${application}-`
}

/** The consumer group of a processor. */
export function groupOf(processor: Processor): string {
  return processor.name
}

/** The consumer group whose offsets say which attacks have been acted on. */
export const ALERT_GROUP = `${groupPrefix('attack-detector' satisfies Application)}alerts`

/** What every transactional id begins with of those who work in a consumer group. */
export function transactionalIdPrefix(group: string): string {
  return `${group}-`
}

/** The consumer group whose offset says up to where a topic's dead letters were written back. */
export function replayGroup(topic: string): string {
  return `dlq-replay-${topic}`
}

/** Who writes dead letters back. */
export const REPLAYER: Application = 'operator'

/** Who applies scripts to a SQL engine, and writes down what it applied. */
export const SQL_APPLIER: Application = 'sql-engine'

/** Under which that is written, one at a time for each engine. */
export function deploymentsTransactionalId(engine: string): string {
  return `${transactionalIdPrefix(SQL_APPLIER)}${engine}`
}
