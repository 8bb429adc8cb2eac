import type { Topic } from '../../catalog/topic.ts'
import type { TopicChange } from '../../kafka/provision/topic-plan.ts'
import type { TopicDescription } from '../../observability/lineage/topic-description.ts'
import { grouped, table } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { changeText, formatText, retentionText } from './topic-texts.ts'

export function topicDescriptionText(description: TopicDescription): string {
  const { name, declared } = description
  return [
    declared ? declaredText(declared) : `${printable(name)}: a topic of the cluster, not in the catalog`,
    ...clusterTexts(description),
  ].join('\n\n')
}

function declaredText(topic: Topic): string {
  const lines = [
    ['key', topic.key ?? 'none'],
    ['value', formatText(topic)],
    ['retention', retentionText(topic)],
    ['partitions', String(topic.partitions)],
    ['written by', topic.writers.join(', ')],
    ['read by', topic.readers.join(', ') || 'nobody'],
  ]
  return `${topic.name}: ${topic.description}\n${lines.map(([label, text]) => `  ${label?.padEnd(11)} ${text}`).join('\n')}`
}

function clusterTexts({ cluster, declared, partitions, changes, readers }: TopicDescription): string[] {
  if (!cluster) return ['the cluster has no such topic; playstream topics apply creates the catalog’s']
  const records = partitions.reduce((sum, { start, stable }) => sum + stable - start, 0)
  const offsets = table([
    ['partition', 'start', 'stable end', 'high watermark'],
    ...partitions.map(({ partition, start, stable, highWatermark }) => [
      partition,
      start,
      stable,
      highWatermark,
    ]),
  ])
  const differences = changes.length === 0 ? 'as the catalog says' : changes.map(changeText).join('\n')
  const groups = table([
    ['group', 'verdict', 'members', 'lag', 'declared'],
    ...readers.map(({ group, verdict, members, lag, isDeclared }) => [
      printable(group),
      verdict,
      members,
      lag,
      isDeclared ? 'yes' : 'no',
    ]),
  ])
  return [
    `${offsets}\n${grouped(records)} offsets from start to stable end, markers of transactions included`,
    ...(declared ? [`configuration: ${differences}`] : []),
    readers.length === 0 ? 'no consumer group reads it' : groups,
  ]
}

/** The description for machines; `null` for what does not exist. */
export function topicDescriptionJson(description: TopicDescription) {
  const { name, declared, cluster, partitions, changes, readers } = description
  return {
    topic: name,
    declared: declared ?? null,
    cluster: cluster
      ? { partitions, config: cluster.config, differences: changes.flatMap(differencesOf) }
      : null,
    readers: readers.map(({ isDeclared, ...reader }) => ({ ...reader, declared: isDeclared })),
  }

  function differencesOf(change: TopicChange) {
    if (change.kind === 'configure')
      return change.settings.map(({ name: setting, from = null, to }) => ({
        setting,
        cluster: from,
        catalog: to,
      }))
    if (change.kind !== 'grow' && change.kind !== 'refuse') return []
    const counts = { cluster: String(cluster?.partitions), catalog: String(change.topic.partitions) }
    return [{ setting: 'partitions', ...counts }]
  }
}
