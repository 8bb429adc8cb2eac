import { processors, topicsOfProcessors } from './processors.ts'
import { sqlTopics } from './sql-topics.ts'
import { APPEND_TIME, CLIENT_TIME, days, PASSED_ON_TIME, type Topic } from './topic.ts'

const transaction = { kind: 'json', subject: 'transactions-value' } as const

/** A line of 1 MiB as JSON, with every byte of it escaped, and what is around it. */
const LOG_RECORD_BYTES = 7 * 2 ** 20

const declared = [
  {
    name: 'game-events',
    description:
      'What happens to players: several types of event in one topic, so that each player’s stay in order.',
    partitions: 6,
    retention: days(7),
    time: CLIENT_TIME,
    key: 'player_id',
    value: { kind: 'avro', subject: 'game-events-value' },
    writers: ['game-producer', 'operator'],
    readers: ['order-checker', 'player-state-processor', 'dashboard', 'sql-engine'],
  },
  {
    name: 'player-state',
    description: 'The latest health and position of each player.',
    partitions: 6,
    retention: { policy: 'compact' },
    time: PASSED_ON_TIME,
    key: 'player_id',
    value: { kind: 'json' },
    writers: ['player-state-processor', 'sql-engine'],
    readers: ['dashboard'],
  },
  {
    name: 'transactions',
    description:
      'Purchases and refunds as the clients send them: with retries, without keys, now and then malformed.',
    partitions: 6,
    retention: days(7),
    time: CLIENT_TIME,
    key: undefined,
    value: transaction,
    writers: ['transaction-producer', 'operator'],
    readers: ['dedup-processor', 'dashboard', 'sql-engine'],
  },
  {
    name: 'transactions-by-id',
    description: 'The same transactions keyed by id, so that all copies of one meet in one partition.',
    partitions: 6,
    retention: days(7),
    time: APPEND_TIME,
    key: 'id',
    value: transaction,
    writers: ['dedup-processor', 'operator'],
    readers: ['dedup-processor'],
  },
  {
    name: 'transactions-unique',
    description: 'Each transaction once, unchanged.',
    partitions: 6,
    retention: days(7),
    time: PASSED_ON_TIME,
    key: 'id',
    value: transaction,
    writers: ['dedup-processor', 'sql-engine'],
    readers: ['dashboard'],
  },
  {
    name: 'transactions-duplicates',
    description: 'What was suppressed: id, when it was first seen, when again, and the offset of the copy.',
    partitions: 6,
    retention: days(7),
    time: PASSED_ON_TIME,
    key: 'id',
    value: { kind: 'json' },
    writers: ['dedup-processor'],
    readers: ['dashboard'],
  },
  {
    name: 'logs',
    description: 'The platform’s own log lines, keyed by host so that a host’s stay in order.',
    partitions: 6,
    retention: days(3),
    time: CLIENT_TIME,
    key: 'host',
    value: { kind: 'json' },
    writers: ['log-shipper', 'operator'],
    readers: ['attack-detector', 'dashboard', 'sql-engine'],
    maxRecordBytes: LOG_RECORD_BYTES,
  },
  {
    name: 'logs-shipped',
    description:
      'The same lines on their way there where none may come twice: as shippers send them, now and then again after a crash.',
    partitions: 6,
    retention: days(3),
    time: CLIENT_TIME,
    key: 'host',
    value: { kind: 'json' },
    writers: ['log-shipper', 'operator'],
    readers: ['log-shipper'],
    maxRecordBytes: LOG_RECORD_BYTES,
  },
  {
    name: 'ssh-events',
    description: 'What each line of an SSH daemon’s means, keyed by the remote address, or else by host.',
    partitions: 6,
    retention: days(3),
    time: PASSED_ON_TIME,
    key: 'remote address or host',
    value: { kind: 'json' },
    writers: ['attack-detector', 'operator'],
    readers: ['attack-detector', 'dashboard'],
  },
  {
    name: 'ssh-events-by-host',
    description: 'Those of them that are failures or successes, keyed by host.',
    partitions: 6,
    retention: days(3),
    time: PASSED_ON_TIME,
    key: 'host',
    value: { kind: 'json' },
    writers: ['attack-detector', 'operator'],
    readers: ['attack-detector'],
  },
  {
    name: 'ssh-attacks',
    description: 'Attacks on SSH daemons as they open, grow and end, by remote address and by host.',
    partitions: 6,
    retention: days(14),
    time: PASSED_ON_TIME,
    key: 'scope and address or host',
    value: { kind: 'json' },
    writers: ['attack-detector'],
    readers: ['attack-detector', 'dashboard'],
  },
  {
    name: 'ssh-counts',
    description:
      'Failures, attempts and successes of each remote address and host, the latest count of each.',
    partitions: 6,
    retention: { policy: 'compact' },
    time: PASSED_ON_TIME,
    key: 'scope and address or host',
    value: { kind: 'json' },
    writers: ['attack-detector'],
    readers: ['dashboard'],
  },
] as const satisfies readonly Topic[]

/** The names of the topics declared by hand; those of the processors follow from catalog/processors.ts. */
export type TopicName = (typeof declared | typeof sqlTopics)[number]['name']

/** Every topic of the platform. */
export const topics: readonly Topic[] = [
  ...declared,
  ...topicsOfProcessors(processors, inputNamed),
  ...sqlTopics,
]

/** The topic of a name. The compiler refuses names that the catalog does not declare. */
export function topic(name: TopicName): Topic {
  return topicNamed(name)
}

/** @throws Error where the catalog has no such topic */
export function topicNamed(name: string): Topic {
  const found = topics.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`the catalog has no topic '${name}'; declare it in catalog/topics.ts`)
  return found
}

function inputNamed(name: string): Topic {
  const found = declared.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`a processor reads '${name}', which catalog/topics.ts does not declare`)
  return found
}
