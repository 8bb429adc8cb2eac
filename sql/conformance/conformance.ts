import type { TopicName } from '../../catalog/topics.ts'
import type { Design } from './answers/answers.ts'
import type { Output } from './output.ts'

/** By what an engine, or the Node processors, are judged. */
export interface Conformance<Retention> {
  readonly outputs: readonly Output[]
  /** The topics in which, together, each transaction with an id comes by once: when all are there, the next wave may come. */
  readonly identified: readonly TopicName[]
  /** Where it is asked to forget an id; undefined where it has no table of known transactions. */
  readonly forget?: TopicName
  /** A query that answers the text of a known transaction and ends; undefined where a table cannot be looked into. */
  lookUp?(id: string): string
  /** Where it differs from others by design. */
  design(retention: Retention): Design
}
