import type { Topic } from '../../catalog/topic.ts'
import { topicNamed, topics } from '../../catalog/topics.ts'

/** Where scripts work: on which topics, and under which names. */
export interface Place {
  /** The topics by the catalog's names. */
  topic(name: string): Topic
  /** A statement with the names of what it makes and reads. */
  named(statement: string): string
}

/** The catalog's topics, and the scripts' own names. */
export const CATALOG: Place = { topic: topicNamed, named: (statement) => statement }

/** Topics and names of one run's own: they clash with none that were applied, and with no other run's. */
export interface OwnPlace extends Place {
  readonly run: string
  /** Whether a stream, table or query is the run's. */
  isOwnName(name: string): boolean
  /** Whether a topic or subject is, one that the engine has made of its own accord included. */
  isOwnTopic(name: string): boolean
}

export function ownPlace(run: string): OwnPlace {
  const prefix = `verify-${run}-`
  const ours = `PLAYSTREAM_VERIFY_${run}_`.toUpperCase()
  return {
    run,
    topic(name) {
      const declared = topicNamed(name)
      return { ...declared, name: prefix + declared.name }
    },
    named: (statement) =>
      statement.replace(/\bplaystream_/gi, (found) =>
        found === found.toUpperCase() ? ours : found.toLowerCase() === found ? ours.toLowerCase() : ours,
      ),
    isOwnName: (name) => name.toUpperCase().startsWith(ours),
    isOwnTopic: (name) => name.startsWith(prefix) || name.toUpperCase().includes(ours),
  }
}

/** All topics of a place, by the catalog's names. */
export function topicsOfPlace(place: Place): ReadonlyMap<string, Topic> {
  return new Map(topics.map(({ name }) => [name, place.topic(name)]))
}
