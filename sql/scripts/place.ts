import type { Topic } from '../../catalog/topic.ts'
import { topicNamed } from '../../catalog/topics.ts'

/** The environment of the scripts: which topics they use, and how their objects are named. */
export interface Place {
  /** The topic for a name of the catalog. */
  topic(name: string): Topic
  /** The statement with its objects renamed for this environment. */
  named(statement: string): string
}

/** The catalog's topics and the scripts' own names. */
export const CATALOG: Place = { topic: topicNamed, named: (statement) => statement }
