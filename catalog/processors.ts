import type { Application } from './applications.ts'
import type { TopicName } from './declared-topics.ts'
import { APPEND_TIME, days, type Topic } from './topic.ts'

/** A stream processor. Its dead-letter topic and its changelog follow from it. */
export interface Processor {
  readonly name: string
  readonly description: string
  readonly application: Application
  readonly input: string
  readonly outputs: readonly string[]
  /** Whether the processor keeps a store, with a changelog that has the input's partitions. */
  readonly stateful: boolean
}

const declared = [
  {
    name: 'transactions-rekey',
    description: 'Keys each transaction by its id.',
    application: 'dedup-processor',
    input: 'transactions',
    outputs: ['transactions-by-id'],
    stateful: false,
  },
  {
    name: 'transactions-dedup',
    description: 'Passes the first transaction of each id and reports every later one as a duplicate.',
    application: 'dedup-processor',
    input: 'transactions-by-id',
    outputs: ['transactions-unique', 'transactions-duplicates'],
    stateful: true,
  },
  {
    name: 'player-state',
    description: 'Keeps the latest health and position of each player.',
    application: 'player-state-processor',
    input: 'game-events',
    outputs: ['player-state'],
    stateful: true,
  },
  {
    name: 'logs-dedup',
    description: 'Passes each shipped log line once.',
    application: 'log-shipper',
    input: 'logs-shipped',
    outputs: ['logs'],
    stateful: true,
  },
  {
    name: 'ssh-classify',
    description: 'Tells what each line of an SSH daemon means.',
    application: 'attack-detector',
    input: 'logs',
    outputs: ['ssh-events', 'ssh-events-by-host'],
    stateful: true,
  },
  {
    name: 'ssh-attacks-by-address',
    description: 'Counts failures by remote address and finds attacks.',
    application: 'attack-detector',
    input: 'ssh-events',
    outputs: ['ssh-attacks', 'ssh-counts'],
    stateful: true,
  },
  {
    name: 'ssh-attacks-by-host',
    description: 'Counts failures by host and finds attacks.',
    application: 'attack-detector',
    input: 'ssh-events-by-host',
    outputs: ['ssh-attacks', 'ssh-counts'],
    stateful: true,
  },
] as const satisfies readonly (Processor & {
  readonly input: TopicName
  readonly outputs: readonly TopicName[]
})[]

export type ProcessorName = (typeof declared)[number]['name']

export const processors: readonly (Processor & { readonly name: ProcessorName })[] = declared

/** The declaration of a processor. The compiler refuses names that the catalog does not declare. */
export function processorNamed(name: ProcessorName): Processor {
  return declared.find((candidate) => candidate.name === name) as Processor
}

export function changelogOf(processor: Processor): string {
  return `${processor.name}-changelog`
}

/** The topic for records of a topic that its processors cannot process. */
export function deadLettersOf(topic: string): string {
  return `${topic}${DEAD_LETTERS}`
}

/** Whether a topic holds dead-letter records, also those that SQL scripts set aside. */
export function isDeadLetters(topic: string): boolean {
  return topic.endsWith(DEAD_LETTERS)
}

const DEAD_LETTERS = '-dlq'

/** The dead-letter topics and the changelogs of processors; `inputNamed` looks up an input topic. */
export function topicsOfProcessors(all: readonly Processor[], inputNamed: (topic: string) => Topic): Topic[] {
  const deadLetters = [...Map.groupBy(all, ({ input }) => input)].map(
    ([input, readers]): Topic => ({
      name: deadLettersOf(input),
      description: `Records of ${input} that ${readers.map(({ name }) => name).join(' or ')} could not process, unchanged, with the reason in headers.`,
      partitions: 1,
      retention: days(14),
      time: APPEND_TIME,
      key: 'the record’s own',
      value: { kind: 'bytes' },
      writers: [...new Set(readers.map(({ application }) => application))],
      readers: ['dashboard', 'operator'],
      ...roomFor(inputNamed(input)),
    }),
  )
  const changelogs = all
    .filter(({ stateful }) => stateful)
    .map(
      (processor): Topic => ({
        name: changelogOf(processor),
        description: `The store of ${processor.name}, one key for each entry.`,
        partitions: inputNamed(processor.input).partitions,
        retention: { policy: 'compact' },
        // The broker must not refuse the changes of a processor whose clock is ahead.
        time: APPEND_TIME,
        key: 'the entry’s key',
        value: { kind: 'bytes' },
        writers: [processor.application],
        readers: [processor.application],
      }),
    )
  return [...deadLetters, ...changelogs]
}

/** The cluster's default limit for a record, in bytes: this on Confluent Cloud, 1 MiB on Apache Kafka. */
const DEFAULT_RECORD_BYTES = 2_097_164
/** The most that the headers of a dead-letter record take, in bytes. */
const REASON_BYTES = 2 ** 16

/** A dead-letter record is as large as the original, plus a few headers. */
function roomFor({ maxRecordBytes = DEFAULT_RECORD_BYTES }: Topic): Pick<Topic, 'maxRecordBytes'> {
  return { maxRecordBytes: maxRecordBytes + REASON_BYTES }
}
