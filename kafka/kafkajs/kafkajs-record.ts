import type { KafkaMessage, Message } from 'kafkajs'
import type { OutputRecord, StreamRecord } from '../protocol/record.ts'
import { exactHeaders, kafkajsHeaders } from './exact-headers.ts'

/** kafkajs's number for a batch with the broker's time. */
const LOG_APPEND_TIME = 1

/** Converts a record that kafkajs has read. */
export function streamRecord(partition: number, message: KafkaMessage): StreamRecord {
  const { batchContext } = message as { batchContext?: { readonly timestampType: number } }
  const timestamp = Number(message.timestamp)
  return {
    partition,
    offset: Number(message.offset),
    timestamp,
    appendedAt: batchContext?.timestampType === LOG_APPEND_TIME ? timestamp : undefined,
    key: message.key,
    value: message.value,
    headers: exactHeaders(message.headers),
  }
}

/** Converts a record for kafkajs to write. */
export function kafkajsMessage({ partition, timestamp, key, value, headers }: OutputRecord): Message {
  return { partition, timestamp: String(timestamp), key, value, headers: kafkajsHeaders(headers) }
}
