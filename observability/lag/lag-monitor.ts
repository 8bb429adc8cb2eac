import { setInterval } from 'node:timers/promises'
import { ClusterOffsetsReader } from '../../kafka/clients/cluster-offsets.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { EventAgeReader } from './event-age.ts'
import type { LagSnapshot } from './lag.ts'
import { type DeclaredGroup, LagWindow } from './lag-window.ts'

/** What became of the latest look at the cluster. */
export type Look = { readonly snapshot: LagSnapshot } | { readonly at: number; readonly error: Error }

/** How often the last processed events are read, in ms. They cost a fetch for each topic. */
const EVENT_AGE_MS = 5_000

/**
 * Looks at a cluster's offsets in a steady rhythm and tells whoever listens. This is the one source of lag, rates and
 * verdicts: the command line, the page and `/metrics` all show what it says.
 */
export class LagMonitor {
  readonly #offsets: ClusterOffsetsReader
  readonly #events: EventAgeReader
  readonly #declared: readonly DeclaredGroup[]
  readonly #window: LagWindow
  /** When each group's last event happened, in ms since the epoch. */
  #lastEvents = new Map<string, number>()
  #eventsReadAt = Number.NEGATIVE_INFINITY

  constructor(profile: Profile, application: string, declared: readonly DeclaredGroup[]) {
    this.#offsets = new ClusterOffsetsReader(profile, application)
    this.#events = new EventAgeReader(profile, application)
    this.#declared = declared
    this.#window = new LagWindow(declared)
  }

  /** @throws if the cluster does not answer */
  async look(): Promise<LagSnapshot> {
    const offsets = await this.#offsets.read(this.#declared.map(({ group }) => group))
    const snapshot = this.#window.observe(offsets, Date.now())
    if (performance.now() - this.#eventsReadAt >= EVENT_AGE_MS) await this.#readEvents(snapshot)
    const groups = snapshot.groups.map((group) => {
      const eventTime = this.#lastEvents.get(group.group)
      return { ...group, eventAgeMs: eventTime === undefined ? undefined : snapshot.at - eventTime }
    })
    return { ...snapshot, groups }
  }

  /** Looks every `intervalMs` until the signal is aborted. A cluster that does not answer is reported, and asked again. */
  async run(intervalMs: number, onLook: (look: Look) => void, signal: AbortSignal): Promise<void> {
    const once = async () => {
      try {
        onLook({ snapshot: await this.look() })
      } catch (error) {
        if (!signal.aborted) onLook({ at: Date.now(), error: error as Error })
      }
    }
    await once()
    try {
      for await (const _ of setInterval(intervalMs, undefined, { signal })) await once()
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#offsets.close(), this.#events.close()])
  }

  async #readEvents({ at, groups }: LagSnapshot): Promise<void> {
    this.#events.keepOnly(groups)
    const ages = await Promise.all(
      groups.map(async (group) => [group.group, await this.#events.read(group, at)] as const),
    )
    this.#lastEvents = new Map(ages.flatMap(([group, age]) => (age === undefined ? [] : [[group, at - age]])))
    this.#eventsReadAt = performance.now()
  }
}
