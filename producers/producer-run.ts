import type { Message } from 'kafkajs'
import type { Application } from '../catalog/applications.ts'
import { newRun, RUN_HEADER } from '../kafka/clients/run-headers.ts'
import { Writer } from '../kafka/clients/writer.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { type Outcome, type Pacing, produce, type RecordSource } from './produce.ts'

/** Options of every producer of sample traffic. */
export interface ProducerOptions extends Pacing {
  readonly seed: number
  /** Event time of the first record, in ms since the epoch. */
  readonly start: number
  /** Name of the run, sent as a header of every record; a new name by default. */
  readonly run?: string
  readonly warn?: Warn
}

export interface RunOutcome extends Outcome {
  readonly run: string
}

/** Event-time rate of an unpaced producer: faster than it can send, so that no record is dated in the future. */
const UNPACED_RECORDS_PER_SECOND = 500_000

/** Records per second of event time, for a producer that sends `rate` records per second. */
export function eventTimeRate(rate: number): number {
  return Number.isFinite(rate) ? rate : UNPACED_RECORDS_PER_SECOND
}

/** Connects, sends records until the options end the run, and disconnects. */
export async function runProducer<T extends Message>(
  profile: Profile,
  application: Application,
  options: ProducerOptions,
  sourceOf: (runHeader: Readonly<Record<string, Buffer>>) => RecordSource<T>,
): Promise<RunOutcome> {
  const run = options.run ?? newRun()
  const writer = await Writer.connect(profile, application, options.warn)
  try {
    const source = sourceOf({ [RUN_HEADER]: Buffer.from(run) })
    return { ...(await produce<T>({ ...options, ...source, writer })), run }
  } finally {
    await writer.close()
  }
}
