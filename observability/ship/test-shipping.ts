import { existsSync, mkdtempSync, rmSync } from 'node:fs'
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

/** The beginning of a log: longer than a fingerprint, and the same at each start of the program that writes the log. */
export const BANNER = Array.from(
  { length: 20 },
  (_, line) => `### banner ${line} ${'the same words each time '.repeat(3)}\n`,
).join('')

/** A file system in memory, where a checkpoint is saved without waiting for a disk. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A folder for logs, a checkpoint, and a broker that keeps the records it gets and can leave writes unanswered. */
export class Shipping {
  readonly folder = mkdtempSync(join(tmpdir(), 'playstream-ship-'))
  readonly #checkpoints = mkdtempSync(join(MEMORY, 'playstream-checkpoint-'))
  readonly checkpointFile = join(this.#checkpoints, 'checkpoint.json')
  readonly arrived: Arrived[] = []
  readonly said: string[] = []
  /** How many of the next writes arrive and are never acknowledged. */
  unanswered = 0

  path(name: string): string {
    return join(this.folder, name)
  }

  remove(): void {
    for (const folder of [this.folder, this.#checkpoints]) rmSync(folder, { recursive: true })
  }

  get messages(): string[] {
    return this.arrived.map(({ message }) => message)
  }

  /** The lines that pass the de-duplication by file and offset: see dedup-processor.ts. */
  get deduplicated(): Arrived[] {
    const furthest = new Map<string, number>()
    return this.arrived.filter(({ identity }) => {
      const colon = identity.lastIndexOf(':')
      const [file, offset] = [identity.slice(0, colon), Number(identity.slice(colon + 1))]
      if (offset <= (furthest.get(file) ?? -1)) return false
      furthest.set(file, offset)
      return true
    })
  }

  /** A newly started shipper, with the checkpoint that was saved. */
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
      checkpoint: Checkpoint.open(this.checkpointFile),
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

  /** Ships everything and returns the metrics. */
  async once(options: Partial<ShipOptions> = {}) {
    const shipper = this.shipper(options)
    await shipper.ship(new AbortController().signal, new AbortController().signal)
    return shipper.metrics
  }

  /** Sends everything and dies before the broker answers: no acknowledgement is in the checkpoint. */
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
    // Without new lines there is nothing to send, and the shipper ends by itself.
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
