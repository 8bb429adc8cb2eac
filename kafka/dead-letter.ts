import type { IHeaders, KafkaMessage, Message } from 'kafkajs'

/** What all headers that say where a dead letter came from begin with. */
export const DEAD_LETTER_PREFIX = 'dead-letter-'

/** On a record that was written back: which dead letter it was, as `partition/offset` of the dead-letter topic. */
export const REPLAY_HEADER = `${DEAD_LETTER_PREFIX}replay`

/** Header names and values in their order; a name may come several times. */
export type LetterHeaders = readonly (readonly [name: string, value: Buffer | null])[]

export interface Origin {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** A record of a dead-letter topic: the record as it was, and what its headers say of how it came there. */
export interface DeadLetter {
  /** Where it lies in the dead-letter topic. */
  readonly partition: number
  readonly offset: number
  /** The record's own time, in ms since the epoch. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** Those that it had before it became a dead letter. */
  readonly headers: LetterHeaders
  /** Where it lay; undefined where the headers do not say, so that it is no dead letter of ours. */
  readonly origin: Origin | undefined
  readonly processor: string | undefined
  readonly error: string | undefined
  readonly message: string | undefined
  /** The dead letter that it was before it was written back and failed again, as `partition/offset`. */
  readonly replayOf: string | undefined
}

/** Reads a record of a dead-letter topic. Never fails: what its headers do not say is undefined. */
export function deadLetterOf(partition: number, record: KafkaMessage): DeadLetter {
  const all = headersOf(record.headers)
  // Whoever wrote the record may have given it such headers too; those that count were added after them.
  const said = (name: string) =>
    all.findLast(([header]) => header === DEAD_LETTER_PREFIX + name)?.[1]?.toString()
  return {
    partition,
    offset: Number(record.offset),
    timestamp: Number(record.timestamp),
    key: record.key,
    value: record.value,
    headers: all.filter(([name]) => !name.startsWith(DEAD_LETTER_PREFIX)),
    origin: originOf(said('topic'), wholeNumber(said('partition')), wholeNumber(said('offset'))),
    processor: said('processor'),
    error: said('error'),
    message: said('message'),
    replayOf: said('replay'),
  }
}

/**
 * The record to write back: key, value, time and headers as they were, and one header more, to its own partition. Where
 * the topic has no such partition any more, its key chooses one, or, without a key, the old number does.
 */
export function replayed(letter: DeadLetter, partitions: number): Message {
  const { key, value, timestamp, headers } = letter
  const old = letter.origin?.partition ?? 0
  const partition = old < partitions ? old : key === null ? old % partitions : undefined
  const mark: LetterHeaders = [[REPLAY_HEADER, Buffer.from(`${letter.partition}/${letter.offset}`)]]
  return {
    key,
    value,
    timestamp: String(timestamp),
    headers: kafkajsHeaders([...headers, ...mark]),
    ...(partition === undefined ? {} : { partition }),
  }
}

/** kafkajs 2.2.4 hands a header over without a value, but cannot send one: it goes out with an empty one. */
export function hasHeaderWithoutValue(letter: DeadLetter): boolean {
  return letter.headers.some(([, value]) => value === null)
}

function originOf(
  topic: string | undefined,
  partition: number | undefined,
  offset: number | undefined,
): Origin | undefined {
  if (topic === undefined || partition === undefined || offset === undefined) return undefined
  return { topic, partition, offset }
}

/**
 * kafkajs 2.2.4 gathers headers in a plain object: one that is called as something of Object's prototype, as
 * `constructor`, comes as a list that begins with that. Whatever is no header's value is left out.
 */
function headersOf(headers: IHeaders | undefined): LetterHeaders {
  return Object.entries(headers ?? {}).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).filter(isValue).map((value) => [name, bytes(value)] as const),
  )
}

type HeaderValue = Buffer | string | null | undefined

function isValue(value: unknown): value is HeaderValue {
  return value == null || typeof value === 'string' || Buffer.isBuffer(value)
}

function bytes(value: HeaderValue): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : (value ?? null)
}

function kafkajsHeaders(headers: LetterHeaders): IHeaders {
  const byName = Map.groupBy(headers, ([name]) => name)
  return Object.fromEntries(
    [...byName].map(([name, all]) => [name, all.map(([, value]) => value ?? Buffer.alloc(0))]),
  )
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
