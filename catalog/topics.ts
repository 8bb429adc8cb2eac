import { declaredTopics, type TopicName } from './declared-topics.ts'
import { REPLAYER, SQL_APPLIER } from './groups.ts'
import { processors, topicsOfProcessors } from './processors.ts'
import type { Topic } from './topic.ts'

export type { TopicName }

const declared = new Map<string, Topic>(
  Object.entries(declaredTopics).map(([name, declaration]) => [name, { name, ...declaration }]),
)

/** Every topic of the platform: the declared topics, and those that the processors bring with them. */
export const topics: readonly Topic[] = [
  ...declared.values(),
  ...topicsOfProcessors(processors, (name) => topic(name as TopicName)),
]

/** The topics that only the SQL engine fills, beside what the operator writes back. */
export const sqlTopics: readonly Topic[] = topics.filter(
  ({ writers }) =>
    writers.includes(SQL_APPLIER) && writers.every((writer) => writer === SQL_APPLIER || writer === REPLAYER),
)

/** A declared topic. The compiler refuses names that the catalog does not declare. */
export function topic(name: TopicName): Topic {
  return declared.get(name) as Topic
}

/** @throws Error where the catalog has no such topic */
export function topicNamed(name: string): Topic {
  const found = topics.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`the catalog has no topic '${name}'; declare it in catalog/declared-topics.ts`)
  return found
}
