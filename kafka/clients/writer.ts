import kafkajs, { type Message, type Producer } from 'kafkajs'
import { createClient, keyPartitioner, type Warn } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import { refusedTimeOf } from './refused-time.ts'

/**
 * The most estimated bytes in a request. kafkajs puts all records of a request for one partition into a single batch and
 * never splits it, and the broker rejects a batch over its limit, 1 MiB by default.
 */
const REQUEST_BYTES = 900 * 1024

const { CompressionTypes } = kafkajs

/** Upper bound of a record's bytes besides its key, value and headers. */
const RECORD_OVERHEAD_BYTES = 64

/** Upper bound of a header's bytes besides its name and value: both lengths, each a varint of at most five bytes. */
const HEADER_OVERHEAD_BYTES = 10

/**
 * Writes records with an idempotent producer and `acks=all`. Each `send` has one request in flight at a time.
 *
 * For records with keys, texts and headers in kafkajs's forms: kafkajs chooses the partition, encodes and retries. The
 * IdempotentWriter and the TransactionWriter take bytes and partitions, encode for themselves, and share their own path.
 */
export class Writer {
  /** Failed requests and connections so far, including those that succeeded on retry. */
  failures = 0
  readonly #producer: Producer

  private constructor(profile: Profile, clientId: string, warn: Warn | undefined) {
    const onFailure = () => {
      this.failures += 1
    }
    this.#producer = createClient(profile, { clientId, onFailure, ...(warn ? { warn } : {}) }).producer({
      idempotent: true,
      createPartitioner: keyPartitioner,
      allowAutoTopicCreation: false,
    })
  }

  static async connect(profile: Profile, clientId: string, warn?: Warn): Promise<Writer> {
    const writer = new Writer(profile, clientId, warn)
    await writer.#producer.connect()
    return writer
  }

  /**
   * Sends the records in order and returns when all are acknowledged; `acknowledged` receives each acknowledged range
   * [from, to). If this throws, records outside those ranges may or may not have been written. A record without a key must
   * name its partition, or a retry could put it into another one.
   * @throws RefusedTimeError that names the record, if the broker rejects a record's timestamp
   */
  async send(
    topic: string,
    records: readonly Message[],
    acknowledged?: (from: number, to: number) => void,
  ): Promise<void> {
    for (let start = 0; start < records.length; ) {
      const end = requestEnd(records, start)
      const messages =
        start === 0 && end === records.length ? (records as Message[]) : records.slice(start, end)
      // The source of a record larger than a request may have been compressed.
      const isLarge = end === start + 1 && isOversized(messages[0] as Message)
      const compression = isLarge ? CompressionTypes.ZSTD : CompressionTypes.None
      await this.#producer.send({ topic, messages, acks: -1, compression }).catch((error: Error) => {
        throw refusedTimeOf(error, { topic, messages, first: start }, Date.now()) ?? error
      })
      acknowledged?.(start, end)
      start = end
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect()
  }
}

/** End (exclusive) of the request that begins at `start`: at least one record, then as many as fit. */
export function requestEnd(records: readonly Message[], start: number): number {
  let bytes = 0
  for (let index = start; index < records.length; index += 1) {
    bytes += sizeOf(records[index] as Message)
    if (bytes > REQUEST_BYTES && index > start) return index
  }
  return records.length
}

/** Whether the record alone is more than a request holds; exact, where `sizeOf` is an upper bound. */
function isOversized(record: Message): boolean {
  if (sizeOf(record) <= REQUEST_BYTES) return false
  const exact = (part: Buffer | string | null) => (typeof part === 'string' ? Buffer.from(part) : part)
  return sizeOf({ ...record, key: exact(record.key ?? null), value: exact(record.value) }) > REQUEST_BYTES
}

/** Upper bound of a record's bytes in a request. */
function sizeOf(record: Message): number {
  let bytes = RECORD_OVERHEAD_BYTES + lengthOf(record.key) + lengthOf(record.value)
  for (const name in record.headers) {
    const value = record.headers[name]
    const overhead = HEADER_OVERHEAD_BYTES + lengthOf(name)
    // A list becomes several headers of the same name.
    if (Array.isArray(value)) for (const one of value) bytes += overhead + lengthOf(one)
    else bytes += overhead + lengthOf(value)
  }
  return bytes
}

function lengthOf(part: Buffer | string | null | undefined): number {
  if (part == null) return 0
  // An upper bound without scanning the text: at most three UTF-8 bytes per UTF-16 unit.
  return typeof part === 'string' ? part.length * 3 : part.length
}
