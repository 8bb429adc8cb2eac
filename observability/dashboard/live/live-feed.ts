import { setInterval } from 'node:timers/promises'
import { deadLettersOf, processors } from '../../../catalog/processors.ts'
import { topic } from '../../../catalog/topics.ts'
import { type Tail, TopicTails } from '../../../kafka/clients/topic-tail.ts'
import type { Profile } from '../../../kafka/profile/profile.ts'
import type { LagSnapshot } from '../../lag/lag.ts'
import type { LagMonitor, Look } from '../../lag/lag-monitor.ts'
import { Attacks } from './attacks.ts'
import { clusterState } from './cluster-state.ts'
import { RecordCounts } from './counts.ts'
import { DeadLetters } from './dead-letters.ts'
import { Duplicates } from './duplicates.ts'
import { History } from './history.ts'
import { Players } from './players.ts'

const CLUSTER_MS = 1_000
/** Ten times per second, as often as players move. */
const FRAME_MS = 100

/** Tells viewers the present state of something. */
export type Send = (event: string, state: unknown) => void

const DEAD_LETTER_TOPICS = [...new Set(processors.map(({ input }) => deadLettersOf(input)))]

/**
 * Reads the cluster once for all viewers: offsets once per second, and the topics that the page shows. What changed is
 * sent on in a steady rhythm, so that the cost of a viewer is one write.
 */
export class LiveFeed {
  readonly history = new History()
  readonly #counts = new RecordCounts()
  readonly #players = new Players()
  readonly #duplicates = new Duplicates()
  readonly #attacks = new Attacks()
  readonly #deadLetters = new DeadLetters()
  readonly #changed = new Set<string>()
  #snapshot: LagSnapshot | undefined
  #error: Error | undefined

  /** What the cluster said last; undefined before its first answer. */
  get snapshot(): LagSnapshot | undefined {
    return this.#snapshot
  }

  /** Why the cluster's state is not known; undefined if it is. */
  get notReady(): string | undefined {
    if (this.#error) return `the cluster does not answer: ${this.#error.message}`
    return this.#snapshot ? undefined : 'the cluster has not answered yet'
  }

  /** Feeds viewers until the signal is aborted. */
  async run(
    { profile, monitor, warn }: { profile: Profile; monitor: LagMonitor; warn: (line: string) => void },
    send: Send,
    signal: AbortSignal,
    onFollowing: () => void = () => undefined,
  ): Promise<void> {
    const tails = new TopicTails(profile, 'dashboard', warn)
    await Promise.all([
      tails.run(this.#tails(), signal, onFollowing),
      monitor.run(CLUSTER_MS, (look) => this.#onLook(look, send), signal),
      this.#sendFrames(send, signal),
    ])
  }

  #tails(): Tail[] {
    const apply = (name: string, from: Tail['from'], onRecords: Tail['onRecords']): Tail => ({
      topic: name,
      from,
      onRecords,
    })
    const counted = RecordCounts.topics.filter((name) => !DEAD_LETTER_TOPICS.includes(name))
    return [
      ...counted.map((name) =>
        apply(name, 'end', (records) => {
          this.#counts.count(name, records.length)
          if (name === topic('transactions-duplicates').name) {
            this.#duplicates.apply(records)
            this.#changed.add('duplicates')
          }
        }),
      ),
      apply(topic('player-state').name, 'start', (records) => {
        this.#players.apply(records)
        this.#changed.add('players')
      }),
      apply(topic('ssh-attacks').name, 'start', (records) => {
        this.#attacks.apply(records)
        this.#changed.add('attacks')
      }),
      ...DEAD_LETTER_TOPICS.map((name) =>
        // The topic is read from its start; counts are since the server began.
        apply(name, 'start', (records, fresh) => {
          this.#counts.count(name, fresh)
          this.#counts.countDeadLetters(fresh)
          this.#deadLetters.apply(name, records)
          this.#changed.add('dead-letters')
        }),
      ),
    ]
  }

  #onLook(look: Look, send: Send): void {
    if ('snapshot' in look) this.#snapshot = look.snapshot
    this.#error = 'error' in look ? look.error : undefined
    const error = this.#error?.message ?? null
    const state = clusterState(
      this.#snapshot ?? { at: 0, groups: [], topics: [] },
      this.#counts.counts,
      error,
    )
    if (state.at > 0 && error === null) this.history.add(state)
    send('cluster', state)
  }

  async #sendFrames(send: Send, signal: AbortSignal): Promise<void> {
    const states = {
      players: () => this.#players.state,
      duplicates: () => this.#duplicates.state,
      attacks: () => this.#attacks.state,
      'dead-letters': () => this.#deadLetters.state,
    }
    for (const [name, state] of Object.entries(states)) send(name, state())
    try {
      for await (const _ of setInterval(FRAME_MS, undefined, { signal })) {
        for (const [name, state] of Object.entries(states))
          if (this.#changed.delete(name)) send(name, state())
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}
