import { partitionOfKey } from '../../kafka/protocol/key-partition.ts'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import type { LogLine } from '../formats/log-line.ts'
import { ownText } from '../formats/text/own-text.ts'

/** The header with a line's identity: its file's id and its offset. A line that is sent again has the same identity. */
export const LINE_HEADER = 'line'

const LINE_NAME = Buffer.from(LINE_HEADER)
/** How many recurring texts are cached. */
const REMEMBERED = 10_000

/** The origin of a line. */
export interface Source {
  readonly id: string
  readonly file: string
  readonly offset: number
  readonly isCut: boolean
  readonly isPartial: boolean
}

export interface RecordOptions {
  readonly topic: string
  readonly partitions: number
  /** The host of lines without one. */
  readonly host: string
}

/** Makes records of log lines, keyed by host. */
export class RecordWriter {
  readonly #options: RecordOptions
  readonly #keys = new Map<string, { readonly key: Buffer; readonly partition: number }>()
  readonly #texts = new Map<string, string>()

  constructor(options: RecordOptions) {
    this.#options = options
  }

  /** @param now ms since the epoch: the record's timestamp, and the time of a line without one */
  record(line: LogLine, source: Source, now: number): OutputRecord {
    const { topic } = this.#options
    const host = line.host ?? this.#options.host
    const { key, partition } = this.#keyOf(host)
    const identity: [Buffer, Buffer] = [LINE_NAME, Buffer.from(`${source.id}:${source.offset}`, 'latin1')]
    return {
      topic,
      partition,
      key,
      value: Buffer.from(this.#json(line, host, line.timestamp ?? now, source)),
      // Not the line's time: retention would delete last year's log within minutes.
      timestamp: now,
      headers: [identity],
    }
  }

  /** Concatenated by hand: most of the texts are cached, and JSON.stringify takes three times as long. */
  #json(line: LogLine, host: string, timestamp: number, source: Source): string {
    const { app, pid, facility, severity, message, remoteAddress } = line
    return (
      `{"timestamp":${timestamp},"host":${this.#text(host)},"app":${this.#text(app)},"pid":${pid},` +
      `"facility":${this.#text(facility)},"severity":${this.#text(severity)},"message":${JSON.stringify(message)}` +
      `${remoteAddress === null ? '' : `,"remoteAddress":${JSON.stringify(remoteAddress)}`}` +
      `${source.isCut ? ',"cut":true' : ''}${source.isPartial && !source.isCut ? ',"partial":true' : ''}` +
      `,"source":{"file":${this.#text(source.file)},"offset":${source.offset}}}`
    )
  }

  #keyOf(host: string) {
    let found = this.#keys.get(host)
    if (!found) {
      const key = Buffer.from(host)
      found = { key, partition: partitionOfKey(key, this.#options.partitions) }
      remember(this.#keys, host, found)
    }
    return found
  }

  #text(text: string | null): string {
    if (text === null) return 'null'
    let json = this.#texts.get(text)
    if (json === undefined) {
      json = JSON.stringify(text)
      remember(this.#texts, text, json)
    }
    return json
  }
}

function remember<V>(map: Map<string, V>, text: string, value: V): void {
  // A stranger can make up any number of names, so the cache is bounded; a lost text is encoded again.
  if (map.size >= REMEMBERED) map.clear()
  map.set(ownText(text), value)
}
