import { type Topic, topicConfig } from '../../catalog/topic.ts'
import type { TopicChange } from '../../kafka/provision/topic-plan.ts'

/** A change of the plan as one line. */
export function changeText(change: TopicChange): string {
  switch (change.kind) {
    case 'create':
      return `+ ${change.topic.name}: create with ${change.topic.partitions} partitions, ${configText(change.topic)}`
    case 'grow': {
      const moved =
        change.topic.key === undefined
          ? ''
          : '; keys move to other partitions, so order across the change is lost'
      return `~ ${change.topic.name}: partitions ${change.from} -> ${change.topic.partitions}${moved}`
    }
    case 'configure':
      return `~ ${change.topic.name}: ${change.settings.map(({ name, from, to }) => `${name} ${from ?? '(none)'} -> ${to}`).join(', ')}`
    case 'delete':
      return `- ${change.name}: delete, with all its records`
    case 'refuse':
      return `! ${change.topic.name}: ${change.reason}`
  }
}

export function retentionText({ retention }: Topic): string {
  return retention.policy === 'compact' ? 'compact' : `${retention.ms / 86_400_000}d`
}

export function formatText({ value }: Topic): string {
  const subject = value.kind === 'bytes' ? undefined : value.subject
  return subject === undefined ? value.kind : `${value.kind} ${subject}`
}

function configText(topic: Topic): string {
  return Object.entries(topicConfig(topic))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}
