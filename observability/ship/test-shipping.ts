import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import { lineReader } from '../formats/line-reader.ts'
import { UTC } from '../formats/time/time-zone.ts'
import type { Sink } from './batch-sender.ts'
import { Checkpoint } from './files/checkpoint.ts'
import { RecordWriter } from './log-record.ts'
import { type ShipOptions, Shipper } from './shipper.ts'

/** A line that arrived. */
export interface Arrived {
  readonly message: string
  readonly identity: string
  readonly file: string
  readonly offset: number
  readonly cut?: true
  readonly partial?: true
}

/** A folder, a checkpoint in it, and a broker that keeps what it is sent, or answers no more when it is told so. */
export class Shipping {
  readonly folder = mkdtempSync(join(tmpdir(), 'playstream-ship-'))
  readonly arrived: Arrived[] = []
  readonly said: string[] = []
  /** How many of the next writes reach the broker and are never acknowledged. */
  unanswered = 0

  path(name: string): string {
    return join(this.folder, name)
  }

  get messages(): string[] {
    return this.arrived.map(({ message }) => message)
  }

  /** A shipper as it is after a start, with what the disk has of the checkpoint. */
  shipper(options: Partial<ShipOptions> = {}): Shipper {
    const sink: Sink = {
      write: async (records, signal) => {
        this.arrived.push(...records.map(arrivedOf))
        if (this.unanswered === 0) return
        this.unanswered -= 1
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    }
    return new Shipper({
      patterns: [this.path('*.log*')],
      checkpoint: Checkpoint.open(this.path('checkpoint.json')),
      from: 'beginning',
      reader: (file) => lineReader('plain', { zone: UTC, reference: () => file.modifiedMs }),
      records: new RecordWriter({ topic: 'logs', partitions: 1, host: 'here' }),
      sink,
      maxLine: 1024,
      isOnce: true,
      say: (line) => this.said.push(line),
      ...options,
    })
  }

  /** Ships all that is there. */
  async once(options: Partial<ShipOptions> = {}) {
    const shipper = this.shipper(options)
    await shipper.ship(new AbortController().signal, new AbortController().signal)
    return shipper.metrics
  }

  /** Sends what is there and dies before the broker's answer: nothing of it is in the checkpoint. */
  async crash(options: Partial<ShipOptions> = {}): Promise<void> {
    this.unanswered = 1
    const died = new AbortController()
    const writing = this.shipper(options)
    const before = this.arrived.length
    const shipping = writing.ship(new AbortController().signal, died.signal)
    const isOver = shipping.then(
      () => true,
      () => true,
    )
    // Nothing new to send is no crash either.
    while (this.arrived.length === before && !(await Promise.race([isOver, tick()])));
    died.abort(new Error('killed'))
    await isOver
    this.unanswered = 0
  }
}

function tick(): Promise<false> {
  return new Promise((resolve) => setImmediate(() => resolve(false)))
}

export function arrivedOf({ value, headers }: OutputRecord): Arrived {
  const { message, source, cut, partial } = JSON.parse(String(value))
  return {
    message,
    identity: String(headers[0]?.[1]),
    file: source.file,
    offset: source.offset,
    ...(cut ? { cut } : {}),
    ...(partial ? { partial } : {}),
  }
}
