import { topicNamed } from '../../catalog/topics.ts'
import type { Place } from '../scripts/place.ts'

/** Topics and names of a single run: they clash neither with applied objects nor with another run. */
export interface RunPlace extends Place {
  readonly run: string
  /** Whether a stream, table or query belongs to the run. */
  isNameOfRun(name: string): boolean
  /** Whether a topic, subject or group belongs to the run, including those that the engine created itself. */
  isTopicOfRun(name: string): boolean
}

/** @param run letters and digits */
export function runPlace(run: string): RunPlace {
  const prefix = `verify-${run}-`
  // ksqlDB's names are joined with underscores, Flink's job names with dashes.
  const ours = (separator: string) => ['playstream', 'verify', run, ''].join(separator)
  const begins = [ours('_').toUpperCase(), ours('-').toUpperCase()]
  return {
    run,
    topic(name) {
      const declared = topicNamed(name)
      return { ...declared, name: prefix + declared.name }
    },
    // Renamed objects keep the prefix by which the engine recognizes the platform's objects.
    named: (statement) =>
      statement.replace(/\bplaystream([_-])/gi, (found, separator) =>
        found === found.toLowerCase() ? ours(separator) : ours(separator).toUpperCase(),
      ),
    isNameOfRun: (name) => begins.some((begin) => name.toUpperCase().startsWith(begin)),
    isTopicOfRun: (name) =>
      name.includes(prefix) || begins.some((begin) => name.toUpperCase().includes(begin)),
  }
}
