import { SQL_APPLIER } from '../catalog/groups.ts'
import { topics } from '../catalog/topics.ts'
import { CATALOG, type Place } from './place.ts'
import type { Variables } from './variables.ts'

/** What the scripts are told besides topics: the same figures as the Node processors work with. */
export const SETTINGS = {
  /** How long an id is remembered after it was last seen, with the sliding retention. */
  dedup_hours: 24,
  dedup_ms: 24 * 60 * 60_000,
  /** How far behind stream time, which is the broker's, a record may be: brokers' clocks differ, by far less. */
  dedup_grace_hours: 24,
  /** At least both of them together. */
  dedup_window_hours: 50,
  ssh_window_minutes: 10,
  ssh_threshold: 5,
  /** With a window itself, no more than the day for which ksqlDB keeps one: hosts ship their logs at different times. */
  ssh_grace_minutes: 23 * 60,
  /** How long Flink remembers what it has counted in a window after the last line of it has come. */
  ssh_state_hours: 25,
  /** Whose groups and transactional ids they are. */
  sql_engine: SQL_APPLIER,
  /** Less than the broker's most, a quarter of an hour; more than a restart of Flink takes. */
  flink_transaction_timeout_ms: 600_000,
} as const satisfies Variables

/**
 * What the scripts’ variables stand for in a place: of each topic of the catalog its name there, `${name_partitions}` and, of those that
 * are not compacted, `${name_retention_ms}`, dashes being underscores.
 */
export function scriptVariables(place: Place = CATALOG): Variables {
  const ofTopics = topics.flatMap((declared): [string, string | number][] => {
    const variable = declared.name.replaceAll('-', '_')
    const { name, partitions, retention } = place.topic(declared.name)
    return [
      [variable, name],
      [`${variable}_partitions`, partitions],
      ...(retention.policy === 'delete'
        ? [[`${variable}_retention_ms`, retention.ms] as [string, number]]
        : []),
    ]
  })
  return { ...Object.fromEntries(ofTopics), ...SETTINGS }
}
