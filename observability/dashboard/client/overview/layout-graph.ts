import dagre from '@dagrejs/dagre'
import type { CatalogEdge, CatalogNode, CatalogState } from '../../protocol.ts'

export interface Shown {
  readonly deadLetters: boolean
  readonly changelogs: boolean
  readonly sql: boolean
  readonly readers: boolean
}

export interface PlacedNode extends CatalogNode {
  readonly x: number
  readonly y: number
}

export interface PlacedEdge extends CatalogEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface PlacedGraph {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

export const NODE = { width: 172, height: 46 } as const
const MARGIN = 6

/** Places the parts of the lineage that are to be shown, from left to right as records flow. */
export function layoutGraph({ nodes, edges }: CatalogState, shown: Shown): PlacedGraph {
  const isShown = (node: CatalogNode) =>
    (shown.sql || !node.isSql) &&
    (shown.deadLetters || node.role !== 'dead-letters') &&
    (shown.changelogs || node.role !== 'changelog') &&
    (shown.readers || node.kind !== 'sink')
  const wanted = new Map(nodes.filter(isShown).map((node) => [node.id, node]))
  const drawn = edges.filter(
    ({ from, to }) => wanted.has(from) && wanted.has(to) && (shown.readers || !isReplay(from)),
  )
  const linked = new Set(drawn.flatMap(({ from, to }) => [from, to]))
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', ranksep: 56, nodesep: 16, marginx: MARGIN, marginy: MARGIN })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of wanted.keys()) if (linked.has(id)) graph.setNode(id, { ...NODE })
  for (const { from, to } of drawn) graph.setEdge(from, to, {})
  dagre.layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width,
    height,
    nodes: [...wanted.values()]
      .filter(({ id }) => linked.has(id))
      .map((node) => {
        const { x, y } = graph.node(node.id) as { x: number; y: number }
        return { ...node, x, y }
      }),
    edges: drawn.map((edge) => ({
      ...edge,
      points: (graph.edge(edge.from, edge.to) as { points: { x: number; y: number }[] }).points,
    })),
  }
}

/** The operator writes to most topics, but only when dead-letter records are replayed: with the readers, or not at all. */
function isReplay(from: string): boolean {
  return from === 'application:operator'
}
