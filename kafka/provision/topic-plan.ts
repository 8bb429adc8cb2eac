import { type Topic, topicConfig } from '../../catalog/topic.ts'

/** A topic of a cluster. */
export interface ClusterTopic {
  readonly name: string
  readonly partitions: number
  /** All settings in force, including the cluster's defaults. */
  readonly config: Readonly<Record<string, string>>
}

export interface Setting {
  readonly name: string
  readonly from: string | undefined
  readonly to: string
}

/** One change that brings the cluster in line with the catalog. */
export type TopicChange =
  | { readonly kind: 'create'; readonly topic: Topic }
  | { readonly kind: 'grow'; readonly topic: Topic; readonly from: number }
  | { readonly kind: 'configure'; readonly topic: Topic; readonly settings: readonly Setting[] }
  | { readonly kind: 'delete'; readonly name: string }
  /** A difference that is never applied. */
  | { readonly kind: 'refuse'; readonly topic: Topic; readonly reason: string }

export interface TopicPlan {
  readonly changes: readonly TopicChange[]
  /** Topics of the cluster that the catalog does not declare and this plan leaves alone. */
  readonly undeclared: readonly string[]
}

/**
 * The changes that bring the cluster in line with the catalog. Settings that the catalog does not mention stay; undeclared
 * topics stay unless deleting is allowed; partitions are never removed.
 */
export function planTopics(
  catalog: readonly Topic[],
  cluster: readonly ClusterTopic[],
  options: { readonly allowDelete: boolean },
): TopicPlan {
  const existing = new Map(cluster.map((topic) => [topic.name, topic]))
  const declared = new Set(catalog.map((topic) => topic.name))
  const changes: TopicChange[] = catalog.flatMap((topic) => changesOf(topic, existing.get(topic.name)))
  const undeclared = cluster
    .map(({ name }) => name)
    .filter((name) => !declared.has(name) && !isInternal(name))
  if (!options.allowDelete) return { changes, undeclared }
  return {
    changes: [...changes, ...undeclared.map((name) => ({ kind: 'delete', name }) as const)],
    undeclared: [],
  }
}

function changesOf(topic: Topic, existing: ClusterTopic | undefined): TopicChange[] {
  if (!existing) return [{ kind: 'create', topic }]
  const changes: TopicChange[] = []
  if (existing.partitions < topic.partitions) changes.push({ kind: 'grow', topic, from: existing.partitions })
  if (existing.partitions > topic.partitions) {
    const reason = `it has ${existing.partitions} partitions and the catalog says ${topic.partitions}: Kafka cannot take partitions away; raise the catalog's number, or move to a new topic`
    changes.push({ kind: 'refuse', topic, reason })
  }
  const settings = Object.entries(topicConfig(topic))
    .map(([name, to]) => ({ name, from: existing.config[name], to }))
    .filter(({ from, to }) => from !== to)
  if (settings.length > 0) changes.push({ kind: 'configure', topic, settings })
  return changes
}

/**
 * Topics that belong to Kafka or to servers beside it, and are not declared: a ksqlDB server's own topics begin with
 * `_confluent-ksql-`, its processing log is `<service id>ksql_processing_log`, in Confluent Cloud `<cluster id>-processing-log`;
 * Apicurio stores its schemas in `kafkasql-…`.
 */
function isInternal(name: string): boolean {
  return /^(__|_schemas$|_confluent|kafkasql-(?:journal|snapshots|events)$)|ksql_processing_log$|^pksqlc-\w+-processing-log$/.test(
    name,
  )
}
