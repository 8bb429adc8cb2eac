import type { Group, Lineage, LineageEdge, LineageNode } from '../../catalog/lineage.ts'
import type { LagSnapshot } from '../lag/lag.ts'

/**
 * - `declared-and-seen`: the catalog declares the flow, and the cluster shows it.
 * - `declared-only`: the cluster shows nothing of it. Readers outside of consumer groups leave no trace there.
 * - `seen-only`: a consumer group reads a topic that the catalog does not let it read.
 */
export type EdgeStatus = 'declared-and-seen' | 'declared-only' | 'seen-only'

/** A flow of records, with what the cluster shows of it. */
export interface SeenEdge {
  readonly from: string
  readonly to: string
  readonly kind: LineageEdge['kind']
  readonly status: EdgeStatus
  /** Offsets per second: of a writer, what all writers of the topic wrote together. Undefined if not known. */
  readonly perSecond: number | undefined
  /** The lag of the readers on this topic; undefined where no group is known. */
  readonly lag: number | undefined
  /** What the status is based on, or why nothing can be seen. */
  readonly evidence: string
}

export type SeenNode =
  | LineageNode
  /** A consumer group that reads without being declared, or a topic that only such a group reads. */
  | {
      readonly id: string
      readonly kind: 'foreign-group' | 'foreign-topic'
      readonly name: string
      readonly description: string
    }

export interface SeenLineage {
  readonly nodes: readonly SeenNode[]
  readonly edges: readonly SeenEdge[]
}

/** What one consumer group did with one topic between two looks. */
interface Reading {
  readonly group: string
  readonly topic: string
  readonly members: number
  readonly isMoving: boolean
  readonly perSecond: number | undefined
  readonly lag: number
}

/** Kafka's name for the beginning of every group of a ksqlDB server. */
const KSQLDB_GROUPS = '_confluent-ksql-'

/**
 * Joins the declared lineage with two looks at a cluster. A reader is seen while its group has members, or if the group's
 * committed offsets moved between the looks; a writer if the topic grew between the looks. A record does not say who wrote it:
 * growth of a topic with several declared writers counts for all of them, except for processors that were not seen reading.
 */
export function seenLineage(declared: Lineage, before: LagSnapshot, now: LagSnapshot): SeenLineage {
  const readings = readingsOf(before, now)
  const growth = growthOf(before, now)
  const reads = declared.edges
    .filter((edge) => edge.kind === 'reads')
    .map((edge) => ({ edge, seen: seenRead(edge, readings) }))
  const active = new Set(
    reads.filter(({ seen }) => seen.status === 'declared-and-seen').map(({ edge }) => edge.to),
  )
  const seenOf = new Map<LineageEdge, SeenEdge>(reads.map(({ edge, seen }) => [edge, seen]))
  const writersOf = Map.groupBy(
    declared.edges.filter(({ kind }) => kind === 'writes'),
    ({ to }) => to,
  )
  const edges = declared.edges.map((edge): SeenEdge => {
    const seen = seenOf.get(edge)
    if (seen) return seen
    if (edge.kind === 'restores') {
      return declaredOnly(edge, 'read at start, without a group: not visible')
    }
    const others = (writersOf.get(edge.to)?.length ?? 1) - 1
    const isStopped = edge.from.startsWith('processor:') && !active.has(edge.from)
    return seenWrite(edge, growth.get(topicOf(edge.to)), isStopped, others)
  })
  const foreign = foreignReadings(declared, readings)
  return {
    nodes: [...declared.nodes, ...foreignNodes(declared, foreign)],
    edges: [...edges, ...foreign.map(foreignEdge)],
  }
}

/** The declared lineage of a cluster that nobody looked at. */
export function unseenLineage({ nodes, edges }: Lineage): SeenLineage {
  return {
    nodes,
    edges: edges.map((edge) => declaredOnly(edge, 'no cluster was asked')),
  }
}

function seenRead(edge: LineageEdge & { readonly kind: 'reads' }, readings: readonly Reading[]): SeenEdge {
  const { from, to, kind, group } = edge
  const found = readings.filter((one) => one.topic === topicOf(from) && belongs(one.group, group))
  const active = found.filter(isActive)
  const rates = active.flatMap(({ perSecond }) => perSecond ?? [])
  return {
    from,
    to,
    kind,
    status: active.length > 0 ? 'declared-and-seen' : 'declared-only',
    perSecond: rates.length > 0 ? sum(rates) : undefined,
    lag: found.length > 0 ? sum(found.map(({ lag }) => lag)) : undefined,
    evidence: readEvidence(group, found, active),
  }
}

function readEvidence(
  group: Group | undefined,
  found: readonly Reading[],
  active: readonly Reading[],
): string {
  if (active.length > 0) {
    const which = group ? '' : '; which script reads is not visible'
    return `${active.map(activity).join(', ')}${which}`
  }
  if (found.length > 0)
    return `${found.map(({ group: name }) => name).join(', ')} has no members and commits nothing`
  return group?.isPrefix
    ? `no group ${group.name}…; a reader without a group is not visible`
    : `no group ${group?.name ?? `${KSQLDB_GROUPS}…`}`
}

function seenWrite(
  { from, to, kind }: LineageEdge,
  grown: number | undefined,
  isStopped: boolean,
  others: number,
): SeenEdge {
  const isSeen = (grown ?? 0) > 0 && !isStopped
  const evidence = isStopped
    ? 'the processor does not run'
    : grown === undefined
      ? 'the cluster has no such topic, or was asked only once'
      : grown === 0
        ? 'the topic did not grow'
        : others === 0
          ? 'the topic grew'
          : `the topic grew; which of its ${others + 1} writers wrote is not visible`
  return {
    from,
    to,
    kind,
    status: isSeen ? 'declared-and-seen' : 'declared-only',
    perSecond: isSeen ? grown : undefined,
    lag: undefined,
    evidence,
  }
}

function declaredOnly({ from, to, kind }: LineageEdge, evidence: string): SeenEdge {
  return { from, to, kind, status: 'declared-only', perSecond: undefined, lag: undefined, evidence }
}

function readingsOf(before: LagSnapshot, now: LagSnapshot): Reading[] {
  const seconds = (now.at - before.at) / 1_000
  const earlier = new Map(
    before.groups.flatMap(({ group, partitions }) =>
      partitions.map((one) => [`${group} ${one.topic}/${one.partition}`, one.committed] as const),
    ),
  )
  return now.groups.flatMap(({ group, members, partitions }) =>
    [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]): Reading => {
      const moves = ofTopic.map(({ partition, committed }) => {
        const from = earlier.get(`${group} ${topic}/${partition}`)
        return committed === undefined ? 0 : committed - (from ?? committed)
      })
      return {
        group,
        topic,
        members,
        isMoving: moves.some((move) => move !== 0),
        perSecond: seconds > 0 ? Math.max(0, sum(moves)) / seconds : undefined,
        lag: sum(ofTopic.map(({ lag }) => lag)),
      }
    }),
  )
}

/** Offsets per second that each topic grew by. */
function growthOf(before: LagSnapshot, now: LagSnapshot): Map<string, number> {
  const seconds = (now.at - before.at) / 1_000
  const ends = ({ topics }: LagSnapshot) =>
    new Map(topics.map(({ topic, partitions }) => [topic, sum(partitions.map(({ stable }) => stable))]))
  const earlier = ends(before)
  return new Map(
    [...ends(now)].flatMap(([topic, end]) => {
      const start = earlier.get(topic)
      return start === undefined || seconds <= 0 ? [] : [[topic, Math.max(0, end - start) / seconds] as const]
    }),
  )
}

/** What active groups read without being declared to. Topics of ksqlDB and of Kafka itself are left out. */
function foreignReadings({ edges }: Lineage, readings: readonly Reading[]): Reading[] {
  return readings.filter(
    (reading) =>
      isActive(reading) &&
      !reading.topic.startsWith('_') &&
      !edges.some(
        (edge) =>
          edge.kind === 'reads' && topicOf(edge.from) === reading.topic && belongs(reading.group, edge.group),
      ),
  )
}

function foreignNodes({ nodes }: Lineage, readings: readonly Reading[]): SeenNode[] {
  const known = new Set(nodes.map(({ id }) => id))
  const topics = [...new Set(readings.map(({ topic }) => topic))].filter(
    (topic) => !known.has(`topic:${topic}`),
  )
  const groups = [...new Set(readings.map(({ group }) => group))]
  return [
    ...topics.map((name) => ({
      id: `topic:${name}`,
      kind: 'foreign-topic' as const,
      name,
      description: 'A topic that the catalog does not declare.',
    })),
    ...groups.map((name) => ({
      id: `group:${name}`,
      kind: 'foreign-group' as const,
      name,
      description: 'A consumer group that the catalog does not declare as a reader.',
    })),
  ]
}

function foreignEdge(reading: Reading): SeenEdge {
  const { group, topic, perSecond, lag } = reading
  return {
    from: `topic:${topic}`,
    to: `group:${group}`,
    kind: 'reads',
    status: 'seen-only',
    perSecond,
    lag,
    evidence: activity(reading),
  }
}

function activity({ group, members }: Reading): string {
  const counted = members === 1 ? '1 member' : `${members} members`
  return `${group} (${members === 0 ? 'commits without members' : counted})`
}

function belongs(name: string, group: Group | undefined): boolean {
  if (!group) return name.startsWith(KSQLDB_GROUPS)
  return group.isPrefix ? name.startsWith(group.name) : name === group.name
}

function isActive({ members, isMoving }: Reading): boolean {
  return members > 0 || isMoving
}

function topicOf(id: string): string {
  return id.slice('topic:'.length)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
