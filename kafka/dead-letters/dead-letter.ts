import type { IHeaders, KafkaMessage, Message } from 'kafkajs'
import { exactHeaders, kafkajsHeaders } from '../kafkajs/exact-headers.ts'
import type { Headers, StreamRecord } from '../protocol/record.ts'

/** Prefix of the headers that say where a dead-letter record came from. */
export const DEAD_LETTER_PREFIX = 'dead-letter-'

/** Header of a replayed record: the position of its dead-letter record, as `partition/offset` of the dead-letter topic. */
export const REPLAY_HEADER = `${DEAD_LETTER_PREFIX}replay`

/** Header names and values in order; a name may occur several times. */
export type DeadLetterHeaders = readonly (readonly [name: string, value: Buffer | null])[]

export interface Origin {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** Stands for a record that did not fit into the dead-letter topic. */
export interface Reference {
  /** Bytes of the record's key, value and headers. */
  readonly size: number | undefined
  /** `sha-256:` and the hexadecimal digits of `recordDigest`. */
  readonly digest: string
}

/** A dead-letter record: the original record, and what the added headers say of its origin and its error. */
export interface DeadLetter {
  /** Its position in the dead-letter topic. */
  readonly partition: number
  readonly offset: number
  /** The original record's time in ms since the epoch, even if the dead-letter topic refused that time. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** The original record's headers, whatever their names. */
  readonly headers: DeadLetterHeaders
  /** Set if the original record did not fit: key, value and headers are then missing. */
  readonly reference?: Reference | undefined
  /** The original record's position; undefined without dead-letter headers: another program wrote this record. */
  readonly origin: Origin | undefined
  readonly processor: string | undefined
  readonly error: string | undefined
  readonly message: string | undefined
  /** The earlier dead-letter record of a record that was replayed and failed again, as `partition/offset`. */
  readonly replayOf: string | undefined
}

/** Reads a record of a dead-letter topic. Never throws: what the headers do not say is undefined. */
export function deadLetterOf(partition: number, record: KafkaMessage): DeadLetter {
  const all = exactHeaders(record.headers)
  const { own, added } = divided(all)
  // The original record may have headers of the same names. The task added its own after them, so the last one counts.
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

/** The headers that a task always adds, in this order; the headers of a reference follow them. */
const ADDED = ['topic', 'partition', 'offset', 'processor', 'error', 'message']

/**
 * Divides headers into the original record's own and those added later: the last ones, and a replay's mark before them. So a
 * record keeps its own headers even if their names begin with the prefix. Where no task wrote the headers, every header with
 * the prefix counts as added.
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
 * The record to write back to its original partition: key, value, time and headers unchanged, plus the replay's mark. If the
 * topic no longer has that partition, the key chooses one; without a key, the old partition's number does.
 * @param original the original record, for a dead-letter record that only refers to it
 */
export function replayed(deadLetter: DeadLetter, partitions: number, original?: StreamRecord): Message {
  const { key, value, timestamp } = original ?? deadLetter
  const headers = original?.headers ?? bytesOf(deadLetter.headers)
  const old = deadLetter.origin?.partition ?? 0
  const partition = old < partitions ? old : key === null ? old % partitions : undefined
  const mark = [
    Buffer.from(REPLAY_HEADER),
    Buffer.from(`${deadLetter.partition}/${deadLetter.offset}`),
  ] as const
  return {
    key,
    value,
    timestamp: String(timestamp),
    headers: listed([...headers, mark]),
    ...(partition === undefined ? {} : { partition }),
  }
}

/** Whether a header has no value. A replay writes an empty value instead, because kafkajs cannot write a missing one. */
export function hasHeaderWithoutValue(deadLetter: DeadLetter): boolean {
  return deadLetter.headers.some(([, value]) => value === null)
}

function originOf(
  topic: string | undefined,
  partition: number | undefined,
  offset: number | undefined,
): Origin | undefined {
  if (topic === undefined || partition === undefined || offset === undefined) return undefined
  return { topic, partition, offset }
}

/** The original bytes of header names that were read as text. */
const RAW = new WeakMap<DeadLetterHeaders, Headers>()

function readable(headers: Headers): DeadLetterHeaders {
  const texts = headers.map(([name, value]) => [String(name), value] as const)
  RAW.set(texts, headers)
  return texts
}

function bytesOf(headers: DeadLetterHeaders): Headers {
  return RAW.get(headers) ?? headers.map(([name, value]) => [Buffer.from(name), value] as const)
}

/** Headers in kafkajs's form, a list of values for each name. */
function listed(headers: Headers): IHeaders {
  const filled = headers.map(([name, value]) => [name, value ?? Buffer.alloc(0)] as const)
  return kafkajsHeaders(filled, true)
}

function wholeNumber(text: string | undefined, pattern = /^\d+$/): number | undefined {
  if (text === undefined || !pattern.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
