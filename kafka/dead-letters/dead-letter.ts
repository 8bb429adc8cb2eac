import type { IHeaders, KafkaMessage, Message } from 'kafkajs'
import { exactHeaders, kafkajsHeaders } from '../kafkajs/exact-headers.ts'
import type { Headers, StreamRecord } from '../protocol/record.ts'

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

/** What is known of a record that lies in its own topic only. */
export interface Reference {
  /** Of its key, value and headers, in bytes. */
  readonly size: number | undefined
  /** `sha-256:` and the digits of `recordDigest`. */
  readonly digest: string
}

/** A record of a dead-letter topic: the record as it was, and what its headers say of how it came there. */
export interface DeadLetter {
  /** Where it lies in the dead-letter topic. */
  readonly partition: number
  readonly offset: number
  /** The record's own time, in ms since the epoch, also where the dead-letter topic did not take it. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** Those that it had before it became a dead letter, whatever they are called. */
  readonly headers: LetterHeaders
  /** Set where the record itself did not fit: the letter has neither its key nor its value nor its headers. */
  readonly reference?: Reference | undefined
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
  const all = exactHeaders(record.headers)
  const { own, added } = divided(all)
  // Whoever wrote the record may have given it such headers too; those that count were added after them.
  const said = (name: string) =>
    added.findLast(([header]) => String(header) === DEAD_LETTER_PREFIX + name)?.[1]?.toString()
  const digest = said('digest')
  return {
    partition,
    offset: Number(record.offset),
    timestamp: wholeNumber(said('timestamp'), /^-?\d+$/) ?? Number(record.timestamp),
    key: record.key,
    value: record.value,
    headers: readable(own),
    ...(said('reference') === 'true' && digest !== undefined
      ? { reference: { size: wholeNumber(said('size')), digest } }
      : {}),
    origin: originOf(said('topic'), wholeNumber(said('partition')), wholeNumber(said('offset'))),
    processor: said('processor'),
    error: said('error'),
    message: said('message'),
    replayOf: said('replay'),
  }
}

/** What a task adds to a record, in this order, and after it what stands for a record that does not fit. */
const ADDED = ['topic', 'partition', 'offset', 'processor', 'error', 'message']

/**
 * The headers of a letter, those that the record had and those that were added to it. Added are the last ones, and the mark of
 * a replay before them; so a record keeps headers of its own that are called as these are. A letter that no task wrote has
 * no such end: each header that is called so counts as added.
 */
function divided(all: Headers): { own: Headers; added: Headers } {
  const isNamed = (index: number, name: string) => String(all[index]?.[0]) === DEAD_LETTER_PREFIX + name
  const begin = all.findLastIndex((_, index) => ADDED.every((name, at) => isNamed(index + at, name)))
  if (begin < 0) {
    const isAdded = ([name]: Headers[number]) => String(name).startsWith(DEAD_LETTER_PREFIX)
    return { own: all.filter((header) => !isAdded(header)), added: all.filter(isAdded) }
  }
  const mark = all[begin - 1]
  const isMarked = begin > 0 && isNamed(begin - 1, 'replay') && /^\d+\/\d+$/.test(mark?.[1]?.toString() ?? '')
  const end = isMarked ? begin - 1 : begin
  return { own: all.slice(0, end), added: all.slice(end) }
}

/**
 * The record to write back: key, value, time and headers as they were, and one header more, to its own partition. Where
 * the topic has no such partition any more, its key chooses one, or, without a key, the old number does.
 * @param original the record itself, for a letter that only refers to it
 */
export function replayed(letter: DeadLetter, partitions: number, original?: StreamRecord): Message {
  const { key, value, timestamp } = original ?? letter
  const headers = original?.headers ?? bytesOf(letter.headers)
  const old = letter.origin?.partition ?? 0
  const partition = old < partitions ? old : key === null ? old % partitions : undefined
  const mark = [Buffer.from(REPLAY_HEADER), Buffer.from(`${letter.partition}/${letter.offset}`)] as const
  return {
    key,
    value,
    timestamp: String(timestamp),
    headers: listed([...headers, mark]),
    ...(partition === undefined ? {} : { partition }),
  }
}

/** A header without a value goes out with an empty one: not every client can write the other. */
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

/** The names as they are in the topic, of headers that are read as text. */
const RAW = new WeakMap<LetterHeaders, Headers>()

function readable(headers: Headers): LetterHeaders {
  const texts = headers.map(([name, value]) => [String(name), value] as const)
  RAW.set(texts, headers)
  return texts
}

function bytesOf(headers: LetterHeaders): Headers {
  return RAW.get(headers) ?? headers.map(([name, value]) => [Buffer.from(name), value] as const)
}

/** Headers for kafkajs, each name with a list of values. */
function listed(headers: Headers): IHeaders {
  const filled = headers.map(([name, value]) => [name, value ?? Buffer.alloc(0)] as const)
  return kafkajsHeaders(filled, true)
}

function wholeNumber(text: string | undefined, pattern = /^\d+$/): number | undefined {
  if (text === undefined || !pattern.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
