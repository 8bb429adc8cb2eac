import { partitionOfKey } from '../../kafka/key-partition.ts'
import type { OutputRecord } from '../../kafka/stream-port.ts'
import type { LogLine } from '../formats/log-line.ts'
import { ownText } from '../formats/own-text.ts'

/** The header that names a line: its file's id and where it begins in it. The same line always has the same. */
export const LINE_HEADER = 'line'
/** The header with the time of the event, in ms since the epoch, on the way to the de-duplication. */
export const EVENT_TIME_HEADER = 'event-time'

const LINE_NAME = Buffer.from(LINE_HEADER)
const EVENT_TIME_NAME = Buffer.from(EVENT_TIME_HEADER)
/** How many texts that come again and again are remembered. */
const REMEMBERED = 10_000

/** Where a line comes from. */
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
  /** Of lines that name none. */
  readonly host: string
  /**
   * For the topic that is de-duplicated: records have the time at which they are sent, so that its retention and the store's
   * count from there, and bring the event's time along.
   */
  readonly isStaged: boolean
}

/** Makes records of log lines, keyed by host. */
export class RecordWriter {
  readonly #options: RecordOptions
  readonly #keys = new Map<string, { readonly key: Buffer; readonly partition: number }>()
  readonly #texts = new Map<string, string>()

  constructor(options: RecordOptions) {
    this.#options = options
  }

  /** @param now ms since the epoch: the time of a line that names none, or one that is yet to come */
  record(line: LogLine, source: Source, now: number): OutputRecord {
    const { topic, isStaged } = this.#options
    const host = line.host ?? this.#options.host
    const { key, partition } = this.#placeOf(host)
    const timestamp = line.timestamp ?? now
    // The broker refuses what lies ahead of its clock.
    const eventTime = Math.min(timestamp, now)
    const identity: [Buffer, Buffer] = [LINE_NAME, Buffer.from(`${source.id}:${source.offset}`, 'latin1')]
    return {
      topic,
      partition,
      key,
      value: Buffer.from(this.#json(line, host, timestamp, source)),
      timestamp: isStaged ? now : eventTime,
      headers: isStaged
        ? [identity, [EVENT_TIME_NAME, Buffer.from(String(eventTime), 'latin1')]]
        : [identity],
    }
  }

  /** Written by hand: most of the texts are the same as before, and JSON.stringify takes three times as long. */
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

  #placeOf(host: string) {
    let place = this.#keys.get(host)
    if (!place) {
      const key = Buffer.from(host)
      place = { key, partition: partitionOfKey(key, this.#options.partitions) }
      remember(this.#keys, host, place)
    }
    return place
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
  // Names that a stranger makes up have no end: what is lost is found again.
  if (map.size >= REMEMBERED) map.clear()
  map.set(ownText(text), value)
}
