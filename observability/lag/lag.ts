import type { Verdict } from './verdict.ts'

/** How far a consumer group is behind in one partition. */
export interface PartitionLag {
  readonly topic: string
  readonly partition: number
  /** The committed offset; undefined before the first commit. */
  readonly committed: number | undefined
  readonly start: number
  /** The last stable offset. */
  readonly end: number
  /** Offsets from the committed one to the last stable one; before the first commit, from the partition's start. */
  readonly lag: number
  /** How long the oldest record that is not processed yet has been there, in ms; 0 without lag, undefined if unknown. */
  readonly backlogAgeMs: number | undefined
  readonly verdict: Verdict
}

/** How far a consumer group is behind, over all topics that it reads. */
export interface GroupLag {
  readonly group: string
  /** Whether the catalog declares the group. */
  readonly isDeclared: boolean
  /** The group's state as the broker names it. */
  readonly state: string
  readonly members: number
  readonly verdict: Verdict
  readonly lag: number
  /** The oldest backlog of all partitions, in ms; undefined if that of a partition with lag is unknown. */
  readonly backlogAgeMs: number | undefined
  /**
   * How long ago the events processed last happened, by their own time, in ms; undefined if unknown. A claim of whoever
   * sent them: an event may be hours old though nothing waits.
   */
  readonly eventAgeMs: number | undefined
  /** Offsets per second, markers of transactions included; undefined until two observations exist. */
  readonly consumedPerSecond: number | undefined
  readonly producedPerSecond: number | undefined
  /** When the slowest partition will have caught up at the present rates, in ms; undefined if never, or if unknown. */
  readonly catchUpMs: number | undefined
  readonly partitions: readonly PartitionLag[]
}

/** What is known of a topic's size and growth. */
export interface TopicRate {
  readonly topic: string
  readonly partitions: readonly {
    readonly start: number
    readonly stable: number
    readonly highWatermark: number
  }[]
  /** Offsets per second, markers of transactions included; undefined until two observations exist. */
  readonly producedPerSecond: number | undefined
}

/** One look at a cluster. */
export interface LagSnapshot {
  /** When the cluster was asked, in ms since the epoch. */
  readonly at: number
  readonly groups: readonly GroupLag[]
  readonly topics: readonly TopicRate[]
}
