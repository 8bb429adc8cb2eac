import type { Topic } from '../../catalog/topic.ts'
import { type ClusterTopic, planTopics, type TopicChange } from '../../kafka/provision/topic-plan.ts'
import type { LagSnapshot } from '../lag/lag.ts'
import type { Verdict } from '../lag/verdict.ts'

/** What the catalog says of a topic, beside what the cluster has. */
export interface TopicDescription {
  readonly name: string
  /** Undefined for a topic that the catalog does not declare. */
  readonly declared: Topic | undefined
  /** Undefined for a topic that the cluster does not have. */
  readonly cluster: ClusterTopic | undefined
  readonly partitions: readonly PartitionSpan[]
  /** What `topics apply` would change. Empty without a declaration. */
  readonly changes: readonly TopicChange[]
  readonly readers: readonly TopicReader[]
}

export interface PartitionSpan {
  readonly partition: number
  readonly start: number
  readonly stable: number
  readonly highWatermark: number
}

/** A consumer group that reads the topic, or is declared to. */
export interface TopicReader {
  readonly group: string
  readonly isDeclared: boolean
  readonly members: number
  /** The group's lag on this topic alone. */
  readonly lag: number
  /** The verdict on the group as a whole. */
  readonly verdict: Verdict
}

/** Describes a topic of the catalog, of the cluster, or of both; undefined if neither has it. */
export function describeTopic(
  name: string,
  catalog: readonly Topic[],
  cluster: readonly ClusterTopic[],
  { topics, groups }: LagSnapshot,
): TopicDescription | undefined {
  const declared = catalog.find((topic) => topic.name === name)
  const existing = cluster.find((topic) => topic.name === name)
  if (!declared && !existing) return undefined
  const spans = topics.find(({ topic }) => topic === name)?.partitions ?? []
  const readers = groups.flatMap(({ group, isDeclared, members, verdict, partitions }): TopicReader[] => {
    const read = partitions.filter(({ topic }) => topic === name)
    if (read.length === 0) return []
    const lag = read.reduce((sum, partition) => sum + partition.lag, 0)
    return [{ group, isDeclared, members, verdict, lag }]
  })
  return {
    name,
    declared,
    cluster: existing,
    partitions: spans.map((span, partition) => ({ partition, ...span })),
    changes: declared
      ? planTopics([declared], existing ? [existing] : [], { allowDelete: false }).changes
      : [],
    readers,
  }
}
