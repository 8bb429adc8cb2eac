import { comparableTime } from './answers/append-time.ts'
import { jsonColumns } from './json-columns.ts'
import type { Output } from './output.ts'

/** The outputs of a de-duplication that keeps records unchanged and writes dead letters, like the Node processor. */
export function dedupOutputs(
  topics: Readonly<Record<'unique' | 'duplicates' | 'malformed', string>>,
): readonly Output[] {
  return [
    {
      name: 'unique',
      topic: topics.unique,
      kind: 'records',
      row: ({ key, value, timestamp }, now) => ({
        key: String(key),
        fields: { text: String(value), timestamp: comparableTime(Number(timestamp), now) },
      }),
    },
    {
      name: 'duplicates',
      topic: topics.duplicates,
      kind: 'records',
      row: ({ key, value }, now) => {
        const { source, firstSeenAt, seenAgainAt, ...fields } = jsonColumns(value) ?? {}
        const times = {
          firstSeenAt: comparableTime(Number(firstSeenAt), now),
          seenAgainAt: comparableTime(Number(seenAgainAt), now),
        }
        return { key: String(key), fields: { ...fields, ...times } }
      },
    },
    {
      name: 'malformed',
      topic: topics.malformed,
      kind: 'records',
      row: ({ value, headers }) => ({
        key: String(headers?.['dead-letter-error']),
        fields: { text: value === null ? null : String(value) },
      }),
    },
  ]
}
