import { topicNamed } from '../../catalog/topics.ts'
import type { Place } from '../scripts/place.ts'

/** Topics and names of one run's own: they clash with none that were applied, and with no other run's. */
export interface RunPlace extends Place {
  readonly run: string
  /** Whether a stream, table or query is the run's. */
  isNameOfRun(name: string): boolean
  /** Whether a topic, subject or group is, one that the engine has made of its own accord included. */
  isTopicOfRun(name: string): boolean
}

/** @param run letters and digits */
export function runPlace(run: string): RunPlace {
  const prefix = `verify-${run}-`
  // ksqlDB's names are put together with underscores, those of Flink's jobs with dashes.
  const ours = (separator: string) => ['playstream', 'verify', run, ''].join(separator)
  const begins = [ours('_').toUpperCase(), ours('-').toUpperCase()]
  return {
    run,
    topic(name) {
      const declared = topicNamed(name)
      return { ...declared, name: prefix + declared.name }
    },
    // It goes on beginning with the word by which an engine tells what is the platform's.
    named: (statement) =>
      statement.replace(/\bplaystream([_-])/gi, (found, separator) =>
        found === found.toLowerCase() ? ours(separator) : ours(separator).toUpperCase(),
      ),
    isNameOfRun: (name) => begins.some((begin) => name.toUpperCase().startsWith(begin)),
    isTopicOfRun: (name) =>
      name.includes(prefix) || begins.some((begin) => name.toUpperCase().includes(begin)),
  }
}
