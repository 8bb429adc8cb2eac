import type { Admin } from 'kafkajs'
import type { Application } from '../../../catalog/applications.ts'
import { topic } from '../../../catalog/topics.ts'
import { stableOffsets } from '../../../kafka/clients/offsets.ts'
import { Reader } from '../../../kafka/clients/topic-follower.ts'
import type { Warn } from '../../../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../../../kafka/profile/profile.ts'
import { type AttackReport, attackReportOf } from '../attacks/attack-report.ts'

const ATTACKS = topic('ssh-attacks').name

/** Most open attacks that are tracked, to bound memory; beyond it the oldest no longer count as open. */
const MOST_OPEN = 100_000

export interface AttackWatchOptions {
  /** The application whose credentials are used. */
  readonly application: Application
  readonly warn: Warn
  readonly onReport?: (report: AttackReport) => void
}

/** Follows the committed records of `ssh-attacks`, written by all detectors of the cluster, from the topic's current end. */
export class AttackWatch {
  opened = 0
  closed = 0
  /** Attacks with a successful login. */
  critical = 0
  reader!: Reader
  /** Open attacks by id, and whether each has a successful login. */
  readonly #open = new Map<string, boolean>()
  readonly #admin: Admin

  private constructor(admin: Admin) {
    this.#admin = admin
  }

  /** @param admin owned by the caller; must stay open until the watch is closed */
  static async start(profile: Profile, admin: Admin, options: AttackWatchOptions): Promise<AttackWatch> {
    const watch = new AttackWatch(admin)
    const { application, warn, onReport } = options
    watch.reader = await Reader.start(profile, {
      application,
      topic: ATTACKS,
      from: await stableOffsets(admin, ATTACKS),
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

  /** Number of open attacks, among those that opened or grew since the start. */
  get open(): number {
    return this.#open.size
  }

  /** Resolves when everything now in the topic has been read; throws the signal's reason if aborted. */
  async catchUp(signal: AbortSignal): Promise<void> {
    await this.reader.reach(await stableOffsets(this.#admin, ATTACKS), signal)
  }

  /** Resolves when the signal is aborted; throws if reading fails for good. */
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
