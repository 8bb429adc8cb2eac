import type { Application } from './applications.ts'
import { APPEND_TIME, days, type Topic } from './topic.ts'

/** A stream processor: what it reads and writes, and the topics that it brings with it. */
export interface Processor {
  readonly name: string
  readonly application: Application
  readonly input: string
  readonly outputs: readonly string[]
  /** Whether it keeps a store, which then has a changelog with the input's partitions. */
  readonly stateful: boolean
}

const declared = [
  {
    name: 'transactions-rekey',
    application: 'dedup-processor',
    input: 'transactions',
    outputs: ['transactions-by-id'],
    stateful: false,
  },
  {
    name: 'transactions-dedup',
    application: 'dedup-processor',
    input: 'transactions-by-id',
    outputs: ['transactions-unique', 'transactions-duplicates'],
    stateful: true,
  },
  {
    name: 'player-state',
    application: 'player-state-processor',
    input: 'game-events',
    outputs: ['player-state'],
    stateful: true,
  },
  {
    name: 'logs-dedup',
    application: 'log-shipper',
    input: 'logs-shipped',
    outputs: ['logs'],
    stateful: true,
  },
  {
    name: 'ssh-classify',
    application: 'attack-detector',
    input: 'logs',
    outputs: ['ssh-events', 'ssh-events-by-host'],
    stateful: true,
  },
  {
    name: 'ssh-attacks-by-address',
    application: 'attack-detector',
    input: 'ssh-events',
    outputs: ['ssh-attacks', 'ssh-counts'],
    stateful: true,
  },
  {
    name: 'ssh-attacks-by-host',
    application: 'attack-detector',
    input: 'ssh-events-by-host',
    outputs: ['ssh-attacks', 'ssh-counts'],
    stateful: true,
  },
] as const satisfies readonly Processor[]

export type ProcessorName = (typeof declared)[number]['name']

export const processors: readonly (Processor & { readonly name: ProcessorName })[] = declared

/** The declaration of a processor. The compiler refuses names that the catalog does not declare. */
export function processorNamed(name: ProcessorName): Processor {
  return declared.find((candidate) => candidate.name === name) as Processor
}

export function changelogOf(processor: Processor): string {
  return `${processor.name}-changelog`
}

/** Where the records of a topic go that its processor cannot read. */
export function deadLettersOf(topic: string): string {
  return `${topic}-dlq`
}

/** The changelog and dead-letter topics of the processors. `inputNamed` tells an input topic. */
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
        // A processor whose clock is ahead must not have its changes refused.
        time: APPEND_TIME,
        key: 'the entry’s key',
        value: { kind: 'bytes' },
        writers: [processor.application],
        readers: [processor.application],
      }),
    )
  return [...deadLetters, ...changelogs]
}

/** What a topic takes where nobody says otherwise, in bytes: 1 MiB on Apache Kafka, this on Confluent Cloud. */
const DEFAULT_RECORD_BYTES = 2_097_164
/** What the headers of a dead letter take at most, in bytes. */
const REASON_BYTES = 2 ** 16

/** A record that is set aside is as large as it was, and has a few headers more. */
function roomFor({ maxRecordBytes = DEFAULT_RECORD_BYTES }: Topic): Pick<Topic, 'maxRecordBytes'> {
  return { maxRecordBytes: maxRecordBytes + REASON_BYTES }
}
