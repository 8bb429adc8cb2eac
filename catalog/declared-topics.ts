import type { Application } from './applications.ts'
import {
  APPEND_TIME,
  CLIENT_TIME,
  days,
  PASSED_ON_TIME,
  type RecordTime,
  type Retention,
  type Topic,
  type ValueFormat,
} from './topic.ts'

/** A topic's declaration without its retention. */
interface Details {
  readonly description: string
  /** Undefined where records have no key. */
  readonly key: string | undefined
  readonly keyWindow?: 'start' | 'session'
  /** JSON without a subject by default. */
  readonly value?: ValueFormat
  readonly partitions?: number
  readonly maxRecordBytes?: number
  readonly time: RecordTime
  readonly writers: readonly Application[]
  readonly readers: readonly Application[]
}

type Declaration = Omit<Topic, 'name'>

/** A topic that keeps records for some days. */
function log(dayCount: number, details: Details): Declaration {
  return declaration(days(dayCount), details)
}

/** A topic that keeps the latest record of each key. */
function compacted(details: Details): Declaration {
  return declaration({ policy: 'compact' }, details)
}

function declaration(
  retention: Retention,
  { partitions = 6, value = { kind: 'json' }, ...details }: Details,
): Declaration {
  return { partitions, retention, value, ...details }
}

/**
 * The details of a topic that only the SQL version of the processors writes. The SQL version has topics of its own, so that
 * both versions may run on one cluster, each record is written by one of them only, and their answers can be compared.
 *
 * The broker gives nearly all of these records their time. A query of ksqlDB writes a record with the time of the record that
 * it read: a wrong clock, or a log of last winter, would move the time by which windows close, make retention delete new
 * records, or be refused by the broker, which ends the query. The time that a client claims is a column.
 */
function sql(details: Omit<Details, 'time' | 'writers'> & Partial<Details>): Details {
  return { time: APPEND_TIME, writers: ['sql-engine'], ...details }
}

/** The details of a topic of records that Flink set aside. */
function flinkDeadLetters(details: Pick<Details, 'description' | 'readers'>): Details {
  return sql({ partitions: 1, key: undefined, value: { kind: 'bytes' }, time: PASSED_ON_TIME, ...details })
}

const transaction: ValueFormat = { kind: 'json', subject: 'transactions-value' }

/** A log line of 1 MiB as JSON with every byte escaped, and the fields around it. */
const LOG_RECORD_BYTES = 7 * 2 ** 20

/** The topics that are declared by hand. The changelogs and dead-letter topics follow from the processors. */
export const declaredTopics = {
  'game-events': log(7, {
    description:
      'What happens to players: several types of event in one topic, so that each player’s stay in order.',
    key: 'player_id',
    value: { kind: 'avro', subject: 'game-events-value' },
    time: CLIENT_TIME,
    writers: ['game-producer', 'operator'],
    readers: ['order-checker', 'player-state-processor', 'dashboard', 'sql-engine'],
  }),
  'player-state': compacted({
    description: 'The latest health and position of each player.',
    key: 'player_id',
    time: PASSED_ON_TIME,
    writers: ['player-state-processor'],
    readers: ['dashboard'],
  }),
  transactions: log(7, {
    description:
      'Purchases and refunds as the clients send them: with retries, without keys, now and then malformed.',
    key: undefined,
    value: transaction,
    time: CLIENT_TIME,
    writers: ['transaction-producer', 'operator'],
    readers: ['dedup-processor', 'dashboard', 'sql-engine'],
  }),
  'transactions-by-id': log(7, {
    description: 'The same transactions keyed by id, so that all copies of one meet in one partition.',
    key: 'id',
    value: transaction,
    time: APPEND_TIME,
    writers: ['dedup-processor', 'operator'],
    readers: ['dedup-processor'],
  }),
  'transactions-unique': log(7, {
    description: 'Each transaction once, unchanged.',
    key: 'id',
    value: transaction,
    time: PASSED_ON_TIME,
    writers: ['dedup-processor'],
    readers: ['dashboard'],
  }),
  'transactions-duplicates': log(7, {
    description: 'What was suppressed: id, when it was first seen, when again, and the offset of the copy.',
    key: 'id',
    time: PASSED_ON_TIME,
    writers: ['dedup-processor'],
    readers: ['dashboard'],
  }),
  logs: log(3, {
    description: 'The platform’s own log lines, keyed by host so that a host’s stay in order.',
    key: 'host',
    maxRecordBytes: LOG_RECORD_BYTES,
    time: CLIENT_TIME,
    writers: ['log-shipper', 'operator'],
    readers: ['attack-detector', 'dashboard', 'sql-engine'],
  }),
  'logs-shipped': log(3, {
    description: 'Log lines on their way to logs with --exactly-once; a crash may send some of them twice.',
    key: 'host',
    maxRecordBytes: LOG_RECORD_BYTES,
    time: CLIENT_TIME,
    writers: ['log-shipper', 'operator'],
    readers: ['log-shipper'],
  }),
  'ssh-events': log(3, {
    description: 'What each line of an SSH daemon means, keyed by the remote address, or else by host.',
    key: 'remote address or host',
    time: APPEND_TIME,
    writers: ['attack-detector', 'operator'],
    readers: ['attack-detector', 'dashboard'],
  }),
  'ssh-events-by-host': log(3, {
    description: 'The SSH events that are failures or successes, keyed by host.',
    key: 'host',
    time: APPEND_TIME,
    writers: ['attack-detector', 'operator'],
    readers: ['attack-detector'],
  }),
  'ssh-attacks': log(14, {
    description: 'Attacks on SSH daemons as they open, grow and end, by remote address and by host.',
    key: 'scope and address or host',
    time: PASSED_ON_TIME,
    writers: ['attack-detector'],
    readers: ['attack-detector', 'dashboard'],
  }),
  'ssh-counts': compacted({
    description:
      'Failures, attempts and successes of each remote address and host, the latest count of each.',
    key: 'scope and address or host',
    time: PASSED_ON_TIME,
    writers: ['attack-detector'],
    readers: ['dashboard'],
  }),
  'sql-transactions-read': log(
    7,
    sql({
      description: 'Every transaction as text with its id beside it; without an id where it is malformed.',
      key: undefined,
      readers: ['sql-engine'],
    }),
  ),
  'sql-transactions-malformed': log(
    14,
    sql({
      description: 'Transactions whose id is not text: the transaction as text, and the reason.',
      partitions: 1,
      key: undefined,
      readers: ['sql-engine', 'dashboard'],
    }),
  ),
  'sql-transactions-malformed-counts': compacted(
    sql({
      description: 'How many transactions were malformed, by reason.',
      partitions: 1,
      key: 'reason',
      readers: ['dashboard'],
    }),
  ),
  'sql-transactions-by-id': log(
    7,
    sql({
      description: 'Transactions with an id, keyed by id, so that all copies of one meet in one partition.',
      key: 'id',
      readers: ['sql-engine'],
    }),
  ),
  'sql-transactions-seen': log(
    7,
    sql({
      // Not compacted, because a replay must find the first record of every id, and not only the last.
      description: 'How often each id was seen, one record for each sight, for the retention forever.',
      key: 'id',
      readers: ['sql-engine'],
    }),
  ),
  'sql-transactions-sessions': log(
    7,
    sql({
      description: 'How often each id was seen in its session, for the sliding retention.',
      key: 'id and session',
      keyWindow: 'session',
      readers: ['sql-engine'],
    }),
  ),
  'sql-transactions-unique': log(
    7,
    sql({
      description: 'Each transaction once, unchanged.',
      key: 'id',
      value: transaction,
      time: PASSED_ON_TIME,
      readers: ['sql-engine', 'dashboard'],
    }),
  ),
  'sql-transactions-duplicates': log(
    7,
    sql({
      description: 'What Flink suppressed: id, when it was first seen, when again, and where the copy lies.',
      key: 'id',
      time: PASSED_ON_TIME,
      readers: ['dashboard'],
    }),
  ),
  'sql-transactions-dlq': log(
    14,
    flinkDeadLetters({
      description:
        'Transactions whose id is not text, as Flink sets them aside: unchanged, with the reason in headers.',
      readers: ['sql-engine', 'dashboard', 'operator'],
    }),
  ),
  'sql-game-events-dlq': log(
    14,
    flinkDeadLetters({
      description:
        'Game events without a known schema, as Flink sets them aside: unchanged, with the reason in headers.',
      readers: ['dashboard', 'operator'],
    }),
  ),
  'sql-transactions-passed': compacted(
    sql({
      description:
        'Transactions that passed, by id, in a format that can be joined: the source of the table of known transactions.',
      key: 'id',
      readers: ['sql-engine'],
    }),
  ),
  'sql-transactions-known': compacted(
    sql({
      description: 'The transaction of each id, to look up; a tombstone for a forgotten one.',
      key: 'id',
      value: transaction,
      readers: ['sql-engine', 'dashboard'],
    }),
  ),
  'sql-transactions-forget': compacted(
    sql({
      // Compacted: what was forgotten stays forgotten, however often the transactions are read again.
      description: 'Requests to forget a transaction: its id, and the reason.',
      key: 'id',
      writers: ['sql-engine', 'operator'],
      readers: ['sql-engine'],
    }),
  ),
  'sql-ssh-attacks': log(
    3,
    sql({
      description: 'Lines of SSH daemons that report a failed attempt.',
      key: 'host',
      readers: ['sql-engine'],
    }),
  ),
  'sql-ssh-attacks-enriched': log(
    3,
    sql({
      description:
        'The same lines with their kind, the user that was tried, the remote address and the host.',
      key: 'host',
      readers: ['sql-engine', 'dashboard'],
    }),
  ),
  'sql-ssh-counts-by-host': log(
    3,
    sql({
      description: 'Failures on each host, in windows with enough failures for an attack.',
      key: 'host and window',
      keyWindow: 'start',
      readers: ['dashboard'],
    }),
  ),
  'sql-ssh-counts-by-address': log(
    3,
    sql({
      description: 'Failures from each remote address, in windows with enough failures for an attack.',
      key: 'remote address and window',
      keyWindow: 'start',
      readers: ['dashboard'],
    }),
  ),
  'sql-player-state': compacted(
    sql({
      description: 'The latest health and position of each player.',
      key: 'player_id',
      readers: ['dashboard'],
    }),
  ),
  'sql-deployments': compacted(
    sql({
      description: 'What was applied to each SQL engine, from which version of which script.',
      partitions: 1,
      key: 'engine and object',
      readers: ['sql-engine'],
    }),
  ),
} satisfies Readonly<Record<string, Declaration>>

export type TopicName = keyof typeof declaredTopics
