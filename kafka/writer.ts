import kafkajs, { type Message, type Producer } from 'kafkajs'
import { createClient, keyPartitioner, type Warn } from './client.ts'
import type { Profile } from './profile.ts'

/**
 * The most that goes in one request. kafkajs makes one record batch of all that a request has for a partition and never
 * splits it, and the broker refuses a batch over its limit, 1 MiB by default.
 */
const REQUEST_BYTES = 900 * 1024

const { CompressionTypes } = kafkajs

/** A record's share of a request beyond its key, value and headers: more than it can be. */
const RECORD_OVERHEAD_BYTES = 64

/** A header's beyond its name and value: the lengths of both, each a varint of at most five bytes. */
const HEADER_OVERHEAD_BYTES = 10

/** Writes records idempotently, acknowledged by all in-sync replicas. One request is under way at a time. */
export class Writer {
  /** Requests and connections that failed so far, those among them that a retry cured. */
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
   * Sends the records in their order and returns when all are acknowledged; `acknowledged` is told
   * which are (from, up to) as they are. Where it throws, those it was not told of may or may not have been written. A record without a key
   * must name its partition: a retry would otherwise put it in another one.
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
      // One that is larger than a request may have come compressed.
      const isLarge = end === start + 1 && isOversized(messages[0] as Message)
      const compression = isLarge ? CompressionTypes.ZSTD : CompressionTypes.None
      await this.#producer.send({ topic, messages, acks: -1, compression })
      acknowledged?.(start, end)
      start = end
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect()
  }
}

/** Where the request ends that begins at `start`: it holds at least one record, and as many as fit. */
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

/** At least as many bytes as the record takes in a request. */
function sizeOf(record: Message): number {
  let bytes = RECORD_OVERHEAD_BYTES + lengthOf(record.key) + lengthOf(record.value)
  for (const name in record.headers) {
    const value = record.headers[name]
    const overhead = HEADER_OVERHEAD_BYTES + lengthOf(name)
    // A list is as many headers of the same name.
    if (Array.isArray(value)) for (const one of value) bytes += overhead + lengthOf(one)
    else bytes += overhead + lengthOf(value)
  }
  return bytes
}

function lengthOf(part: Buffer | string | null | undefined): number {
  if (part == null) return 0
  // At most three bytes of UTF-8 for each UTF-16 unit: an upper bound without looking at the text.
  return typeof part === 'string' ? part.length * 3 : part.length
}
