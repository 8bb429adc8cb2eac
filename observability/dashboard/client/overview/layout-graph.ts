import dagre from '@dagrejs/dagre'
import type { CatalogEdge, CatalogNode, CatalogState } from '../../protocol.ts'

export interface Shown {
  readonly deadLetters: boolean
  readonly changelogs: boolean
  readonly sql: boolean
  readonly readers: boolean
  /** Longer ways between a program and a topic, such as exactly-once shipping. */
  readonly detours: boolean
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

export const NODE = { width: 172, height: 44 } as const
const MARGIN = 6

/** Places the parts of the lineage that are to be shown, from left to right as records flow. */
export function layoutGraph(catalog: CatalogState, shown: Shown): PlacedGraph {
  const { nodes, edges } = chosen(catalog, shown)
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', ranksep: 54, nodesep: 14, marginx: MARGIN, marginy: MARGIN })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id } of nodes) graph.setNode(id, { ...NODE })
  for (const { from, to } of edges) graph.setEdge(from, to, {})
  dagre.layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width,
    height,
    nodes: nodes.map((node) => {
      const { x, y } = graph.node(node.id) as { x: number; y: number }
      return { ...node, x, y }
    }),
    edges: edges.map((edge) => ({
      ...edge,
      points: (graph.edge(edge.from, edge.to) as { points: { x: number; y: number }[] }).points,
    })),
  }
}

/** The nodes and edges to be shown; without edges to what is not. */
export function chosen({ nodes, edges }: CatalogState, shown: Shown): Pick<CatalogState, 'nodes' | 'edges'> {
  const detours = shown.detours ? new Set<string>() : detoursOf(edges)
  const kept = nodes.filter(
    (node) =>
      (shown.sql || !node.isSql) &&
      (shown.deadLetters || node.role !== 'dead-letters') &&
      (shown.changelogs || node.role !== 'changelog') &&
      (shown.readers || node.name !== OPERATOR) &&
      !detours.has(node.id),
  )
  const ids = new Set(kept.map(({ id }) => id))
  const between = edges.filter(({ from, to }) => ids.has(from) && ids.has(to))
  const writers = new Set(between.map(({ from }) => from))
  const linked = new Set(between.flatMap(({ from, to }) => [from, to]))
  const isReader = ({ id, kind }: CatalogNode) => kind !== 'topic' && !writers.has(id)
  const drawn = kept.filter((node) => linked.has(node.id) && (shown.readers || !isReader(node)))
  const last = new Set(drawn.map(({ id }) => id))
  return { nodes: drawn, edges: between.filter(({ from, to }) => last.has(from) && last.has(to)) }
}

/** The operator writes to most topics, but only when dead-letter records are replayed. */
const OPERATOR = 'operator'

/** Topics and processors that lie between a program and a topic which the program can also write by itself. */
function detoursOf(edges: readonly CatalogEdge[]): Set<string> {
  const has = (from: string, to: string) => edges.some((edge) => edge.from === from && edge.to === to)
  const detours = new Set<string>()
  for (const { from: program, to: topic } of edges) {
    if (!program.startsWith('application:') || program.endsWith(OPERATOR)) continue
    for (const { from: processor } of edges.filter(
      ({ from, to }) => to === topic && from.startsWith('processor:'),
    )) {
      for (const { from: input } of edges.filter(({ to, kind }) => to === processor && kind === 'reads')) {
        if (has(program, input)) detours.add(processor).add(input)
      }
    }
  }
  return detours
}
