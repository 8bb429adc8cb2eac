import type { KafkaMessage } from 'kafkajs'
import { windowKey } from '../conformance/answers/answers.ts'
import type { Field, Row } from '../conformance/answers/row.ts'
import type { Conformance } from '../conformance/conformance.ts'
import { WRONG_CLOCKS } from '../conformance/input/wrong-clock.ts'
import { jsonColumns, jsonRow } from '../conformance/json-columns.ts'
import type { Retention } from '../retention.ts'

/** After the key of a windowed table: the window's start, in 8 bytes. */
const WINDOW_BYTES = 8

/** Where the scripts write, how ksqlDB writes it (columns in capitals, unless the script quotes them), and where it differs from the processors by design. */
export const KSQLDB_CONFORMANCE: Conformance<Retention> = {
  identified: ['sql-transactions-by-id'],
  forget: 'sql-transactions-forget',
  lookUp: (id) => `SELECT RAW FROM PLAYSTREAM_TRANSACTIONS_KNOWN WHERE ID = '${id.replaceAll("'", "''")}';`,
  design: (memory) => ({
    memory,
    // The passing record has the time of the aggregate's row, which the scripts do not specify.
    keepsTime: false,
    // In ksqlDB a record without a value never reaches a filter.
    faults: ['NOT_JSON', 'NO_ID'],
    counts: true,
    attacks: false,
    wrongClocks: WRONG_CLOCKS,
    unreadableEvents: true,
  }),
  outputs: [
    { name: 'unique', topic: 'sql-transactions-unique', kind: 'records', row: text },
    {
      name: 'malformed',
      topic: 'sql-transactions-malformed',
      kind: 'records',
      row: ({ value }) => {
        const { REASON, ...rest } = jsonColumns(value) ?? {}
        return { key: String(REASON), fields: renamed(rest, { RAW: 'text' }) }
      },
    },
    {
      name: 'malformedCounts',
      topic: 'sql-transactions-malformed-counts',
      kind: 'table',
      row: ({ key, value }) => ({ key: String(key), fields: renamed(jsonColumns(value), { N: 'count' }) }),
    },
    { name: 'known', topic: 'sql-transactions-known', kind: 'table', row: text },
    { name: 'playerState', topic: 'sql-player-state', kind: 'turns', row: jsonRow },
    {
      name: 'failures',
      topic: 'sql-ssh-attacks-enriched',
      kind: 'records',
      row: ({ key, value }) => {
        const fields = renamed(jsonColumns(value), {
          HOST: 'host',
          PID: 'pid',
          MESSAGE: 'message',
          KIND: 'kind',
          ATTACK_USER: 'user',
          ADDRESS: 'address',
          ATTEMPTS: 'attempts',
          LOGGED_AT: 'at',
        })
        return { key: `${key} ${fields?.pid}`, fields }
      },
    },
    {
      name: 'failuresByHost',
      topic: 'sql-ssh-counts-by-host',
      kind: 'table',
      row: (message) => count(message, { ATTACKED_HOST: 'of', ADDRESSES: 'addresses' }),
    },
    {
      name: 'failuresByAddress',
      topic: 'sql-ssh-counts-by-address',
      kind: 'table',
      row: (message) => count(message, { ATTACKER: 'of', HOSTS: 'hosts' }),
    },
  ],
}

/** VALUE_FORMAT KAFKA: the text itself. */
function text({ key, value }: KafkaMessage): Row {
  return { key: String(key), fields: value === null ? undefined : { text: String(value) } }
}

function count({ key, value }: KafkaMessage, names: Readonly<Record<string, string>>): Row {
  const bytes = key ?? Buffer.alloc(WINDOW_BYTES)
  const end = bytes.length - WINDOW_BYTES
  if (end < 0) return { key: `a key without a window: ${bytes.toString('hex')}`, fields: {} }
  return {
    key: windowKey(bytes.toString('utf8', 0, end), Number(bytes.readBigInt64BE(end))),
    fields: renamed(jsonColumns(value), { FAILURES: 'failures', ATTEMPTS: 'attempts', ...names }),
  }
}

/** An unexpected column keeps its name, and so shows as a difference. */
function renamed(
  fields: Readonly<Record<string, Field>> | undefined,
  names: Readonly<Record<string, string>>,
): Record<string, Field> | undefined {
  if (!fields) return undefined
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value]))
}
