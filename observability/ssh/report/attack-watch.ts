import type { Admin } from 'kafkajs'
import type { Application } from '../../../catalog/applications.ts'
import { topic } from '../../../catalog/topics.ts'
import { endOffsets } from '../../../kafka/clients/offsets.ts'
import { Reader } from '../../../kafka/clients/topic-follower.ts'
import type { Warn } from '../../../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../../../kafka/profile/profile.ts'
import { type AttackReport, attackReportOf } from '../attacks/attack-report.ts'

const ATTACKS = topic('ssh-attacks').name

/** How many attacks are said to be open at once; past it the oldest are no longer counted as open, and memory is bounded. */
const MOST_OPEN = 100_000

export interface AttackWatchOptions {
  /** Whose credentials it reads with. */
  readonly application: Application
  readonly warn: Warn
  readonly onReport?: (report: AttackReport) => void
}

/** Follows `ssh-attacks` from its present end on, committed records only: what all detectors of the cluster say. */
export class AttackWatch {
  opened = 0
  closed = 0
  /** Attacks in which somebody has logged in. */
  critical = 0
  reader!: Reader
  /** Each with whether somebody has logged in. */
  readonly #open = new Map<string, boolean>()
  readonly #admin: Admin

  private constructor(admin: Admin) {
    this.#admin = admin
  }

  /** @param admin stays the caller's, open until the watch is closed */
  static async start(profile: Profile, admin: Admin, options: AttackWatchOptions): Promise<AttackWatch> {
    const watch = new AttackWatch(admin)
    const { application, warn, onReport } = options
    watch.reader = await Reader.start(profile, {
      application,
      topic: ATTACKS,
      from: await endOffsets(admin, ATTACKS),
      warn,
      onBatch: (_, messages) => {
        for (const { value } of messages) {
          const report = attackReportOf(value)
          if (!report) continue
          watch.#count(report)
          onReport?.(report)
        }
      },
    })
    return watch
  }

  /** How many are open, of those that opened or grew since the start. */
  get open(): number {
    return this.#open.size
  }

  /** Returns when all that is in the topic now was read; throws the signal's reason. */
  async catchUp(signal: AbortSignal): Promise<void> {
    await this.reader.reach(await endOffsets(this.#admin, ATTACKS), signal)
  }

  /** Returns when the signal is aborted; throws where reading fails for good. */
  async follow(signal: AbortSignal): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await Promise.race([stopped, this.reader.failed])
  }

  async close(): Promise<void> {
    await this.reader.close()
  }

  #count({ id, state, severity }: AttackReport): void {
    if (state === 'open') this.opened += 1
    if (state === 'closed') {
      this.closed += 1
      this.#open.delete(id)
      return
    }
    const isCritical = severity === 'critical'
    if (isCritical && !this.#open.get(id)) this.critical += 1
    this.#open.set(id, isCritical)
    if (this.#open.size <= MOST_OPEN) return
    const [oldest] = this.#open.keys()
    this.#open.delete(oldest as string)
  }
}
