import type { TopicName } from '../../catalog/topics.ts'
import type { Design } from './answers/answers.ts'
import type { Output } from './output.ts'

/** How an engine, or the Node processors, are judged. */
export interface Conformance<Retention> {
  readonly outputs: readonly Output[]
  /**
   * The topics in which, together, each transaction with an id appears once: when all have appeared, the next wave may
   * be sent.
   */
  readonly identified: readonly TopicName[]
  /** The topic for requests to forget an id; undefined without a table of known transactions. */
  readonly forget?: TopicName
  /** A query for the text of a known transaction that ends by itself; undefined if tables cannot be queried. */
  lookUp?(id: string): string
  /** Where it differs from other engines by design. */
  design(retention: Retention): Design
}
