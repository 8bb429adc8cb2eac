import type { Admin } from 'kafkajs'
import { topic } from '../catalog/topics.ts'
import { stableOffsets } from '../kafka/clients/offsets.ts'
import { Reader } from '../kafka/clients/topic-follower.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { LINE_HEADER } from '../observability/ship/log-record.ts'
import { headerOf } from './order-check.ts'

const LOGS = topic('logs').name

/** Counts the lines of one shipper in `logs`, starting at the topic's current end. */
export class LogWatch {
  /** Distinct lines that arrived. */
  lines = 0
  reader!: Reader
  readonly #admin: Admin
  readonly #shipper: string
  /** Highest line offset per partition and file, to skip lines that are sent again. */
  readonly #furthest = new Map<string, number>()

  private constructor(admin: Admin, shipper: string) {
    this.#admin = admin
    this.#shipper = shipper
  }

  /** @param shipper prefix of the identities of its lines */
  static async start(profile: Profile, admin: Admin, shipper: string, warn: Warn): Promise<LogWatch> {
    const watch = new LogWatch(admin, shipper)
    watch.reader = await Reader.start(profile, {
      application: 'dashboard',
      topic: LOGS,
      from: await stableOffsets(admin, LOGS),
      warn,
      onBatch: (partition, messages) => {
        for (const message of messages) watch.#count(partition, headerOf(message, LINE_HEADER))
      },
    })
    return watch
  }

  /** Resolves when everything now in the topic has been read; throws the signal's reason if aborted. */
  async catchUp(signal: AbortSignal): Promise<void> {
    await this.reader.reach(await stableOffsets(this.#admin, LOGS), signal)
  }

  #count(partition: number, identity: string | undefined): void {
    if (!identity?.startsWith(this.#shipper)) return
    const colon = identity.lastIndexOf(':')
    const file = `${partition} ${identity.slice(0, colon)}`
    const offset = Number(identity.slice(colon + 1))
    if (offset <= (this.#furthest.get(file) ?? -1)) return
    this.#furthest.set(file, offset)
    this.lines += 1
  }
}
