import { ALERT_GROUP, groupOf } from '../../catalog/groups.ts'
import { processors } from '../../catalog/processors.ts'
import { topic } from '../../catalog/topics.ts'
import type { DeclaredGroup } from './lag-window.ts'

/** The consumer groups that the catalog declares, with what each reads. */
export const declaredGroups: readonly DeclaredGroup[] = [
  ...processors.map((processor) => ({ group: groupOf(processor), topics: [processor.input] })),
  { group: ALERT_GROUP, topics: [topic('ssh-attacks').name] },
]
