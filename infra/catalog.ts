import { type Application, applications } from '../catalog/applications.ts'
import { type Processor, processors } from '../catalog/processors.ts'
import { type Schema, schemas } from '../catalog/schemas.ts'
import type { Topic } from '../catalog/topic.ts'
import { topics } from '../catalog/topics.ts'

/** All that the stack is derived from. */
export interface Catalog {
  readonly applications: readonly Application[]
  readonly topics: readonly Topic[]
  readonly processors: readonly Processor[]
  readonly schemas: readonly Schema[]
}

/** The platform's own. */
export const catalog: Catalog = {
  applications: Object.keys(applications) as Application[],
  topics,
  processors,
  schemas,
}
