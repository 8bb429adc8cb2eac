import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { transactionalIdPrefix } from '../../catalog/groups.ts'
import { explain } from '../platformatic/explain.ts'
import type { Profile } from '../profile/profile.ts'
import { isFatal, isFencing } from './platformatic-failure.ts'
import { PlatformaticSession } from './platformatic-session.ts'
import { Refusals } from './refusals.ts'
import type { StreamHandler, StreamOptions, StreamPort } from './stream-port.ts'

const BACKOFF_MS = 200
const MAX_BACKOFF_MS = 3_000
/** How long sessions may fail in a row before the process gives up. */
const PATIENCE_MS = 300_000

/** A series of failed sessions. */
interface Trouble {
  /** When the first session failed, in ms since the epoch. */
  readonly since: number
  /** The wait before the next session, in ms. */
  readonly backoffMs: number
}

/**
 * The stream port on @platformatic/kafka: one transactional id for each process, all its partitions in one transaction. The
 * broker fences a process that lost its partitions by the generation sent with the offsets (KIP-447). When a session fails,
 * the next session begins from the committed offsets.
 */
export class PlatformaticStream implements StreamPort {
  readonly #profile: Profile
  readonly #options: StreamOptions
  readonly #transactionalId: string

  constructor(profile: Profile, options: StreamOptions) {
    this.#profile = profile
    this.#options = options
    this.#transactionalId = `${transactionalIdPrefix(options.groupId)}${randomUUID()}`
  }

  async run(handler: StreamHandler, signal: AbortSignal): Promise<void> {
    const { application, warn } = this.#options
    const context = {
      profile: this.#profile,
      options: this.#options,
      transactionalId: this.#transactionalId,
      handler,
      refusals: new Refusals(this.#options),
    }
    let trouble: Trouble | undefined
    const onProgress = () => {
      if (trouble) warn(`${application}: working again`)
      trouble = undefined
    }
    while (!signal.aborted) {
      const session = new PlatformaticSession(context)
      try {
        await session.work(signal, onProgress)
      } catch (error) {
        if (signal.aborted) return
        trouble = this.#troubleAfter(error as Error, trouble)
        await sleep(trouble.backoffMs, undefined, { signal }).catch(() => undefined)
      } finally {
        await session.close()
      }
    }
  }

  /** @throws the error itself if no further session helps, or sessions have failed for too long */
  #troubleAfter(error: Error, before: Trouble | undefined): Trouble {
    const { application, meter, warn } = this.#options
    if (isFatal(error)) throw error
    meter.aborted()
    if (isFencing(error)) meter.fenced()
    if (!before) {
      warn(`${application}: ${explain(error)}; starting over from what was committed`)
      return { since: Date.now(), backoffMs: BACKOFF_MS }
    }
    if (Date.now() - before.since > PATIENCE_MS) throw error
    return { since: before.since, backoffMs: Math.min(before.backoffMs * 2, MAX_BACKOFF_MS) }
  }
}
