import type { KafkaMessage } from 'kafkajs'
import { windowKey } from '../conformance/answers/answers.ts'
import type { Row } from '../conformance/answers/row.ts'
import type { Conformance } from '../conformance/conformance.ts'
import { dedupOutputs } from '../conformance/dedup-outputs.ts'
import { WRONG_CLOCKS } from '../conformance/input/wrong-clock.ts'
import { jsonColumns, jsonRow } from '../conformance/json-columns.ts'
import type { Retention } from '../retention.ts'
import { SETTINGS } from '../scripts/script-variables.ts'

const WINDOW_MS = SETTINGS.ssh_window_minutes * 60_000

/** Where the scripts write, how Flink writes it, and where it differs from the processors by design. */
export const FLINK_CONFORMANCE: Conformance<Retention> = {
  identified: ['sql-transactions-unique', 'sql-transactions-duplicates'],
  forget: 'sql-transactions-forget',
  design: (memory) => ({
    memory,
    keepsTime: true,
    faults: ['NO_VALUE', 'NOT_JSON', 'NO_ID'],
    counts: true,
    attacks: false,
    wrongClocks: WRONG_CLOCKS,
    unreadableEvents: true,
  }),
  outputs: [
    ...dedupOutputs({
      unique: 'sql-transactions-unique',
      duplicates: 'sql-transactions-duplicates',
      malformed: 'sql-transactions-dlq',
    }),
    {
      name: 'malformedCounts',
      topic: 'sql-transactions-malformed-counts',
      kind: 'table',
      row: ({ key, value }) => {
        const { reason, n } = jsonColumns(value) ?? {}
        // A column of another name is not a count.
        return {
          key: String(key),
          fields: reason === String(key) ? { count: n ?? null } : { reason: reason ?? null },
        }
      },
    },
    {
      name: 'known',
      topic: 'sql-transactions-known',
      kind: 'table',
      row: ({ key, value }) => ({
        key: String(key),
        fields: value === null ? undefined : { text: String(value) },
      }),
    },
    { name: 'playerState', topic: 'sql-player-state', kind: 'turns', row: jsonRow },
    {
      name: 'failures',
      topic: 'sql-ssh-attacks-enriched',
      kind: 'records',
      row: ({ key, value }) => {
        const { attack_user: user, logged_at: at, ...rest } = jsonColumns(value) ?? {}
        return { key: `${key} ${rest.pid}`, fields: { ...rest, user: user ?? null, at: at ?? null } }
      },
    },
    {
      name: 'failuresByHost',
      topic: 'sql-ssh-counts-by-host',
      kind: 'table',
      row: (message) => count(message, 'host'),
    },
    {
      name: 'failuresByAddress',
      topic: 'sql-ssh-counts-by-address',
      kind: 'table',
      row: (message) => count(message, 'address'),
    },
  ],
}

/** The key is a host or an address with the window's start; the value repeats both. */
function count({ key, value }: KafkaMessage, of: 'host' | 'address'): Row {
  const { [of]: name, window_start } = jsonColumns(key) ?? {}
  const start = Date.parse(String(window_start))
  const reported = windowKey(String(name), start)
  // Counts of a window only grow: an engine that retracts a count makes it disappear for a moment.
  if (value === null) return { key: `${reported}, taken back`, fields: {} }
  const { [of]: again, window_start: begins, window_end: ends, ...counts } = jsonColumns(value) ?? {}
  const isRight = begins === window_start && Date.parse(String(ends)) === start + WINDOW_MS
  // An additional column, which shows as a difference.
  const wrong = isRight ? {} : { window: [begins ?? null, ends ?? null] }
  return { key: reported, fields: { of: again ?? null, ...counts, ...wrong } }
}
