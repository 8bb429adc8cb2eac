import type { Application } from '../../catalog/applications.ts'
import { REPLAYER } from '../../catalog/groups.ts'
import type { SeenLineage, SeenNode } from './seen-lineage.ts'

/** Applications that stand beside the flow: they look at topics everywhere. */
const BESIDE: readonly Application[] = [REPLAYER, 'dashboard']
const SQL = 'sql-engine' satisfies Application

/**
 * The part of a lineage that a newcomer needs: without changelogs, dead letters and SQL versions, and without those that look at
 * every topic. Readers that the catalog does not declare always stay, with what they read.
 */
export function mainFlow({ nodes, edges }: SeenLineage): SeenLineage {
  const foreign = new Set(
    edges.filter(({ status }) => status === 'seen-only').flatMap(({ from, to }) => [from, to]),
  )
  const writersOf = Map.groupBy(
    edges.filter(({ kind }) => kind === 'writes'),
    ({ to }) => to,
  )
  const isMain = (node: SeenNode) => {
    if (foreign.has(node.id)) return true
    if (node.kind === 'sql-script') return false
    if (node.kind === 'topic') {
      const writers = writersOf.get(node.id) ?? []
      return node.role === 'data' && !writers.every(({ from }) => isBesideFlow(from))
    }
    return !isBesideFlow(node.id)
  }
  const main = nodes.filter(isMain)
  const ids = new Set(main.map(({ id }) => id))
  return { nodes: main, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) }
}

function isBesideFlow(id: string): boolean {
  if (id.startsWith('sql-script:')) return true
  return [...BESIDE, SQL].some((name) => id === `application:${name}`)
}
