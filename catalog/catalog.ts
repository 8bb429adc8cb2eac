import { type Application, applications } from './applications.ts'
import { type Processor, processors } from './processors.ts'
import { type Schema, schemas } from './schemas.ts'
import type { Topic } from './topic.ts'
import { topics } from './topics.ts'

/** Everything that exists on the platform. */
export interface Catalog {
  readonly applications: readonly Application[]
  readonly topics: readonly Topic[]
  readonly processors: readonly Processor[]
  readonly schemas: readonly Schema[]
}

/** The platform's catalog. */
export const catalog: Catalog = {
  applications: Object.keys(applications) as Application[],
  topics,
  processors,
  schemas,
}
