// What the server tells the page: every event is a whole state, so a viewer that missed some has lost nothing.

/** A consumer group, as `playstream lag` shows it. Ages in seconds; null if unknown. */
export interface GroupState {
  readonly group: string
  readonly isDeclared: boolean
  readonly verdict: 'ok' | 'unknown' | 'slow' | 'rewound' | 'stalled' | 'stopped'
  readonly members: number
  readonly lag: number
  readonly backlogAgeSeconds: number | null
  readonly eventAgeSeconds: number | null
  readonly catchUpSeconds: number | null
  readonly consumedPerSecond: number | null
  readonly producedPerSecond: number | null
  /** The topics that it reads. */
  readonly topics: readonly string[]
}

export interface TopicState {
  readonly topic: string
  readonly partitions: number
  /** Offsets between the start and the last stable one, markers of transactions included. */
  readonly offsets: number
  readonly producedPerSecond: number | null
}

/** Records since the server began to count. */
export interface Counts {
  readonly gameEvents: number
  readonly transactions: number
  readonly unique: number
  readonly duplicates: number
  readonly malformed: number
  readonly logLines: number
  readonly deadLetters: number
}

/** Event `cluster`, once per second. */
export interface ClusterState {
  /** When the cluster was asked, in ms since the epoch. */
  readonly at: number
  /** Why the cluster does not answer; null if it does. The rest is what it said last. */
  readonly error: string | null
  readonly groups: readonly GroupState[]
  readonly topics: readonly TopicState[]
  readonly counts: Counts
}

/** One point of the curves, once per second: what was counted until then. Answer of `/api/history`, oldest first. */
export interface HistoryPoint {
  readonly at: number
  readonly counts: Counts
  /** Lag of all declared groups. */
  readonly lag: number
}

/** Event `players`, at most ten times per second: id, x, y, health, and when the latest event happened (ms). */
export type PlayerRow = readonly [
  id: string,
  x: number | null,
  y: number | null,
  health: number | null,
  at: number | null,
]

export interface PlayersState {
  readonly total: number
  /** The players seen last, at most a few hundred. */
  readonly players: readonly PlayerRow[]
}

/** A suppressed copy of a transaction. Times are ms since the epoch. */
export interface Duplicate {
  readonly id: string
  readonly firstSeenAt: number
  readonly seenAgainAt: number
  /** Where the copy lies. */
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: number }
}

/** Event `duplicates`: the latest, newest first. */
export type DuplicatesState = readonly Duplicate[]

/** Event `attacks`: open attacks first, then those that ended lately. */
export interface AttacksState {
  readonly open: number
  readonly attacks: readonly Attack[]
}

export interface Attack {
  readonly id: string
  readonly scope: 'address' | 'host'
  readonly state: 'open' | 'grown' | 'closed'
  readonly kind: string
  readonly severity: 'warning' | 'critical'
  readonly attempts: number
  readonly users: readonly string[]
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
  readonly first: string
  readonly last: string
}

/** Event `dead-letters`: how many each topic holds by reason, and the latest, newest first. */
export interface DeadLettersState {
  readonly counts: readonly { readonly topic: string; readonly reason: string; readonly count: number }[]
  readonly latest: readonly DeadLetterRow[]
}

export interface DeadLetterRow {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly message: string
  readonly processor: string
  /** Where the record lay; null if its headers do not say. */
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: number } | null
  readonly at: number
}
