import type { ReactNode } from 'react'
import type { ConfiguredTopic } from '../../protocol.ts'
import { Badge } from '../parts/verdict.tsx'

/** Whether the cluster has what the catalog declares. */
export function Configuration({ topic }: { readonly topic: ConfiguredTopic }): ReactNode {
  const { exists, isDeclared, differences } = topic
  if (!exists) return <Badge tone="plain">not created</Badge>
  if (!isDeclared) return <Badge tone="plain">not declared</Badge>
  if (differences.length === 0) return <Badge tone="good">as declared</Badge>
  return (
    <span title={differences.join('\n')}>
      <Badge tone="warn">differs</Badge>
    </span>
  )
}
