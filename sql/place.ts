import type { Topic } from '../catalog/topic.ts'
import { topicNamed } from '../catalog/topics.ts'

/** Where scripts work: on which topics, and under which names. */
export interface Place {
  /** The topics by the catalog's names. */
  topic(name: string): Topic
  /** A statement with the names of what it makes and reads. */
  named(statement: string): string
}

/** The catalog's topics, and the scripts' own names. */
export const CATALOG: Place = { topic: topicNamed, named: (statement) => statement }
