import { SQL_APPLIER } from '../../catalog/groups.ts'
import { topics } from '../../catalog/topics.ts'
import { CATALOG, type Place } from './place.ts'
import type { Variables } from './variables.ts'

/** Script variables besides topics. The Node processors use the same values. */
export const SETTINGS = {
  /** Sliding retention: how long an id is remembered after it was last seen. */
  dedup_hours: 24,
  dedup_ms: 24 * 60 * 60_000,
  /** How far a record may be behind stream time, which follows the brokers' clocks: these differ by far less. */
  dedup_grace_hours: 24,
  /** At least the sum of both. */
  dedup_window_hours: 50,
  ssh_window_minutes: 10,
  ssh_threshold: 5,
  /**
   * Large, because hosts ship their logs at different times; with the window at most a day, which is how long ksqlDB
   * keeps windows.
   */
  ssh_grace_minutes: 23 * 60,
  /** How long Flink keeps a window's count after the window's last line. */
  ssh_state_hours: 25,
  /** Prefix of the scripts' consumer groups and transactional ids. */
  sql_engine: SQL_APPLIER,
  /** Below the broker's transaction.max.timeout.ms, 15 minutes; longer than a restart of Flink takes. */
  flink_transaction_timeout_ms: 600_000,
} as const satisfies Variables

/**
 * Values of the scripts' variables in a place. Each topic of the catalog gives `${name}`, `${name_partitions}` and, unless
 * compacted, `${name_retention_ms}`, with dashes as underscores.
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
