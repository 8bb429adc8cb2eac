import { topicNamed } from '../../catalog/topics.ts'
import type { Place } from '../place.ts'

/** Topics and names of one run's own: they clash with none that were applied, and with no other run's. */
export interface OwnPlace extends Place {
  readonly run: string
  /** Whether a stream, table or query is the run's. */
  isOwnName(name: string): boolean
  /** Whether a topic, subject or group is, one that the engine has made of its own accord included. */
  isOwnTopic(name: string): boolean
}

/** @param run letters and digits */
export function ownPlace(run: string): OwnPlace {
  const prefix = `verify-${run}-`
  const ours = `PLAYSTREAM_VERIFY_${run}_`.toUpperCase()
  return {
    run,
    topic(name) {
      const declared = topicNamed(name)
      return { ...declared, name: prefix + declared.name }
    },
    // It goes on beginning with the word by which an engine tells what is the platform's.
    named: (statement) =>
      statement.replace(/\bplaystream_/gi, (found) =>
        found === found.toLowerCase() ? ours.toLowerCase() : ours,
      ),
    isOwnName: (name) => name.toUpperCase().startsWith(ours),
    isOwnTopic: (name) => name.startsWith(prefix) || name.toUpperCase().includes(ours),
  }
}
