import { partitionReader } from '../../kafka/clients/partition-reader.ts'
import type { Profile } from '../../kafka/profile/profile.ts'

/** The parts of a record of `logs` that the tests look at. */
export interface ShippedLine {
  readonly message: string
  readonly timestamp: number
  readonly host: string
  readonly app: string | null
  readonly pid: number | null
  readonly partition: number
  readonly identity: string
  readonly file: string
  readonly offset: number
}

/** Every committed record of a topic of log records, in order within each partition. */
export async function shippedLines(profile: Profile, topic = 'logs'): Promise<ShippedLine[]> {
  const read = partitionReader(profile, 'test')
  const found: ShippedLine[] = []
  for (let partition = 0; partition < 6; partition += 1) {
    await read(
      topic,
      partition,
      (records) => {
        for (const { value, headers } of records) {
          const { message, timestamp, host, app, pid, source } = JSON.parse(String(value))
          const identity = String(headers.find(([name]) => String(name) === 'line')?.[1])
          const { file, offset } = source
          found.push({ message, timestamp, host, app, pid, partition, identity, file, offset })
        }
      },
      new AbortController().signal,
    )
  }
  return found
}
