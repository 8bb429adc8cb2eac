import type { TopicName } from './declared-topics.ts'

/** What one script of a SQL engine reads and writes; of Flink, one job. Its statements are in `sql/`, and a test compares. */
export interface SqlScript {
  readonly engine: 'ksqldb' | 'flink'
  readonly name: string
  readonly description: string
  readonly inputs: readonly TopicName[]
  readonly outputs: readonly TopicName[]
}

/** The scripts of all retentions together. */
export const sqlScripts: readonly SqlScript[] = [
  {
    engine: 'ksqldb',
    name: 'transactions',
    description: 'Puts the id beside each transaction.',
    inputs: ['transactions'],
    outputs: ['sql-transactions-read'],
  },
  {
    engine: 'ksqldb',
    name: 'malformed',
    description: 'Sets malformed transactions aside and counts them by reason.',
    inputs: ['sql-transactions-read', 'sql-transactions-malformed'],
    outputs: ['sql-transactions-malformed', 'sql-transactions-malformed-counts'],
  },
  {
    engine: 'ksqldb',
    name: 'by-id',
    description: 'Keys each transaction by its id.',
    inputs: ['sql-transactions-read'],
    outputs: ['sql-transactions-by-id'],
  },
  {
    engine: 'ksqldb',
    name: 'unique',
    description: 'Passes the first transaction of each id.',
    inputs: ['sql-transactions-by-id', 'sql-transactions-seen', 'sql-transactions-sessions'],
    outputs: ['sql-transactions-seen', 'sql-transactions-sessions', 'sql-transactions-unique'],
  },
  {
    engine: 'ksqldb',
    name: 'known',
    description: 'Keeps the transaction of each id for lookups, until it is forgotten.',
    inputs: ['sql-transactions-unique', 'sql-transactions-passed', 'sql-transactions-forget'],
    outputs: ['sql-transactions-passed', 'sql-transactions-known'],
  },
  {
    engine: 'ksqldb',
    name: 'player-state',
    description: 'Keeps the latest health and position of each player.',
    inputs: ['game-events'],
    outputs: ['sql-player-state'],
  },
  {
    engine: 'ksqldb',
    name: 'ssh-attacks',
    description: 'Picks the lines of SSH daemons that report a failed attempt.',
    inputs: ['logs'],
    outputs: ['sql-ssh-attacks'],
  },
  {
    engine: 'ksqldb',
    name: 'ssh-enriched',
    description: 'Reads kind, user, address and host from each line.',
    inputs: ['sql-ssh-attacks'],
    outputs: ['sql-ssh-attacks-enriched'],
  },
  {
    engine: 'ksqldb',
    name: 'ssh-counts',
    description: 'Counts failures in windows, by host and by address.',
    inputs: ['sql-ssh-attacks-enriched'],
    outputs: ['sql-ssh-counts-by-host', 'sql-ssh-counts-by-address'],
  },
  {
    engine: 'flink',
    name: 'transactions',
    description:
      'Passes the first transaction of each id, and reports duplicates and malformed transactions.',
    inputs: ['transactions'],
    outputs: ['sql-transactions-unique', 'sql-transactions-duplicates', 'sql-transactions-dlq'],
  },
  {
    engine: 'flink',
    name: 'player-state',
    description: 'Keeps the latest health and position of each player.',
    inputs: ['game-events'],
    outputs: ['sql-player-state', 'sql-game-events-dlq'],
  },
  {
    engine: 'flink',
    name: 'ssh',
    description:
      'Finds failed attempts in SSH daemons’ lines and counts them in windows, by host and by address.',
    inputs: ['logs'],
    outputs: ['sql-ssh-attacks-enriched', 'sql-ssh-counts-by-host', 'sql-ssh-counts-by-address'],
  },
  {
    engine: 'flink',
    name: 'known',
    description:
      'Keeps the transaction of each id for lookups, until it is forgotten; counts malformed transactions.',
    inputs: ['sql-transactions-unique', 'sql-transactions-forget', 'sql-transactions-dlq'],
    outputs: ['sql-transactions-known', 'sql-transactions-malformed-counts'],
  },
]
