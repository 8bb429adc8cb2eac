// What the server tells the page: every event is a whole state, so a viewer that missed some has lost nothing.

/** A consumer group, as `playstream lag` shows it. Ages in seconds; null if unknown. */
export interface GroupState {
  readonly group: string
  readonly isDeclared: boolean
  /** Whether it ever committed an offset: a group that was never run lacks nothing. */
  readonly hasCommitted: boolean
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

/** Event `server`: which page this server has. */
export interface ServerState {
  /** The hash of the page's script and style; a page with another hash is out of date. */
  readonly page: string
}

/** Answer of `/api/catalog`: what the catalog declares. */
export interface CatalogState {
  readonly nodes: readonly CatalogNode[]
  readonly edges: readonly CatalogEdge[]
  readonly topics: readonly DeclaredTopic[]
}

export interface CatalogNode {
  readonly id: string
  readonly kind: 'topic' | 'processor' | 'sql-script' | 'producer' | 'sink' | 'application'
  readonly name: string
  readonly description: string
  /** Of a topic: whether it is a part of the main flow. */
  readonly role?: 'data' | 'changelog' | 'dead-letters'
  /** Belongs to the SQL version of the processors. */
  readonly isSql: boolean
}

export interface CatalogEdge {
  readonly from: string
  readonly to: string
  readonly kind: 'writes' | 'reads' | 'restores'
  /** The consumer group that reads; null where it is not known by name. */
  readonly group: string | null
}

export interface DeclaredTopic {
  readonly name: string
  readonly description: string
  readonly partitions: number
  readonly key: string | null
  /** The value's format in words, for example `Avro, subject game-events-value`. */
  readonly format: string
  /** How long records stay, in words. */
  readonly retention: string
  readonly writers: readonly string[]
  readonly readers: readonly string[]
}

/** Answer of `/api/topics`: configuration and size, at most ten seconds old. */
export interface TopicsState {
  readonly at: number
  readonly topics: readonly ConfiguredTopic[]
}

export interface ConfiguredTopic {
  readonly name: string
  readonly isDeclared: boolean
  readonly exists: boolean
  /** Bytes on disk of the largest replica of each partition, added up; null if the cluster does not say. */
  readonly bytes: number | null
  /** What differs from the catalog, in words; empty if nothing does. */
  readonly differences: readonly string[]
}

/** Answer of `/api/partitions?topic=`: from the latest look at the cluster. */
export interface PartitionsState {
  readonly partitions: readonly {
    readonly partition: number
    readonly start: number
    readonly stable: number
    readonly highWatermark: number
  }[]
  readonly groups: readonly {
    readonly group: string
    readonly verdict: GroupState['verdict']
    /** By partition: the committed offset, null before the first commit, and the lag. */
    readonly partitions: readonly { readonly committed: number | null; readonly lag: number }[]
  }[]
}

/** What can be followed through all topics. */
export type FollowKind = 'transaction' | 'player' | 'address'

/** A line of `/api/follow`. */
export type FollowLine =
  | { readonly topic: { readonly name: string; readonly state: 'reading' | 'read' | 'missing' } }
  | { readonly progress: { readonly topic: string; readonly scanned: number; readonly hits: number } }
  | { readonly step: { readonly record: unknown; readonly outcome: string } }
  | { readonly end: true }
  | { readonly error: string; readonly isUsage: boolean }
