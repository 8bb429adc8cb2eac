import { type ReactNode, useMemo, useState } from 'react'
import { hashOf } from '../../../../web/client/route.ts'
import type { CatalogNode, CatalogState, ClusterState } from '../../protocol.ts'
import { countText, rateText } from '../parts/format.ts'
import { toneOf } from '../parts/verdict.tsx'
import {
  layoutGraph,
  NODE,
  type PlacedEdge,
  type PlacedGraph,
  type PlacedNode,
  type Shown,
} from './layout-graph.ts'

const MAIN_FLOW: Shown = { deadLetters: false, changelogs: false, sql: false, readers: false, detours: false }

const CHOICES: readonly { readonly name: keyof Shown; readonly label: string }[] = [
  { name: 'readers', label: 'Readers' },
  { name: 'detours', label: 'Exactly-once shipping' },
  { name: 'deadLetters', label: 'Dead letters' },
  { name: 'changelogs', label: 'Changelogs' },
  { name: 'sql', label: 'SQL version' },
]

/** Where records come from and go, with what flows at present. */
export function Lineage({
  catalog,
  cluster,
}: {
  readonly catalog: CatalogState
  readonly cluster: ClusterState | undefined
}): ReactNode {
  const [shown, setShown] = useState(MAIN_FLOW)
  const graph = useMemo(() => layoutGraph(catalog, shown), [catalog, shown])
  return (
    <>
      <fieldset className="choices">
        <legend>Also show</legend>
        {CHOICES.map(({ name, label }) => (
          <label key={name} className="choice">
            <input
              type="checkbox"
              checked={shown[name]}
              onChange={({ target }) => setShown({ ...shown, [name]: target.checked })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <Drawing graph={graph} cluster={cluster} />
      <ul className="key" aria-label="Meaning of the shapes">
        <li className="key-program">program</li>
        <li className="key-topic">topic</li>
        <li className="key-processor">processor</li>
        <li className="key-flow">records flow</li>
      </ul>
    </>
  )
}

function Drawing({
  graph,
  cluster,
}: {
  readonly graph: PlacedGraph
  readonly cluster: ClusterState | undefined
}): ReactNode {
  const { width, height, nodes, edges } = graph
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="graph" tabIndex={0} aria-label="Lineage: where records come from and go">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset */}
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="group" aria-label="Lineage">
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0.5 7.5 4 0 7.5z" />
          </marker>
        </defs>
        {edges.map((edge) => (
          <Edge key={`${edge.from} ${edge.to}`} edge={edge} cluster={cluster} />
        ))}
        {nodes.map((node) => (
          <Node key={node.id} node={node} cluster={cluster} />
        ))}
      </svg>
    </section>
  )
}

function Node({
  node,
  cluster,
}: {
  readonly node: PlacedNode
  readonly cluster: ClusterState | undefined
}): ReactNode {
  const { name, description, x, y, kind } = node
  const { text, tone } = stateOf(node, cluster)
  const content = (
    <g
      className={`node node-${kind} tone-${tone}`}
      transform={`translate(${x - NODE.width / 2} ${y - NODE.height / 2})`}
    >
      <title>{`${name}: ${description}`}</title>
      <rect width={NODE.width} height={NODE.height} rx={kind === 'topic' ? 6 : 23} />
      <text x={NODE.width / 2} y={19} className="node-name">
        {name}
      </text>
      <text x={NODE.width / 2} y={35} className="node-state">
        {text}
      </text>
    </g>
  )
  const target = targetOf(node)
  return target === undefined ? content : <a href={target}>{content}</a>
}

function Edge({
  edge,
  cluster,
}: {
  readonly edge: PlacedEdge
  readonly cluster: ClusterState | undefined
}): ReactNode {
  const { points, kind, group } = edge
  const reader = group === null ? undefined : cluster?.groups.find((one) => one.group === group)
  const topic = cluster?.topics.find(
    (one) => `topic:${one.topic}` === (kind === 'writes' ? edge.to : edge.from),
  )
  const rate = kind === 'writes' ? topic?.producedPerSecond : reader?.consumedPerSecond
  const flows = (rate ?? 0) > 0
  const middle = points[Math.floor(points.length / 2)]
  const lag = reader?.lag ?? 0
  return (
    <g className={`edge ${flows ? 'flows' : ''} tone-${reader ? toneOf(reader) : 'plain'}`}>
      <path d={pathOf(points)} markerEnd="url(#arrow)" />
      {middle && kind === 'reads' && flows && (
        <text x={middle.x} y={middle.y - 5}>
          {rateText(rate)}
        </text>
      )}
      {middle && kind === 'reads' && lag > 0 && (
        <text x={middle.x} y={middle.y + 13} className="lag">
          lag {countText(lag)}
        </text>
      )}
    </g>
  )
}

function stateOf(
  node: CatalogNode,
  cluster: ClusterState | undefined,
): { readonly text: string; readonly tone: string } {
  if (node.kind === 'topic') {
    const topic = cluster?.topics.find((one) => one.topic === node.name)
    if (!topic) return { text: cluster && cluster.at > 0 ? 'not created' : '…', tone: 'plain' }
    return { text: rateText(topic.producedPerSecond), tone: 'plain' }
  }
  if (node.kind === 'processor') {
    const group = cluster?.groups.find((one) => one.group === node.name)
    return group ? { text: group.verdict, tone: toneOf(group) } : { text: '…', tone: 'plain' }
  }
  return { text: KINDS[node.kind], tone: 'plain' }
}

const KINDS = {
  producer: 'producer',
  sink: 'reader',
  application: 'program',
  'sql-script': 'SQL script',
} as const

function targetOf({ kind, name, role }: CatalogNode): string | undefined {
  if (role === 'dead-letters') return hashOf(['dead-letters'])
  if (kind === 'topic') return hashOf(['topics', name])
  return kind === 'processor' ? PROCESSOR_VIEWS.find(([prefix]) => name.startsWith(prefix))?.[1] : undefined
}

const PROCESSOR_VIEWS: readonly (readonly [prefix: string, hash: string])[] = [
  ['transactions-', hashOf(['dedup'])],
  ['ssh-', hashOf(['security'])],
  ['player-', hashOf(['players'])],
]

/** A smooth line that leaves and reaches its ends level. */
function pathOf(points: PlacedEdge['points']): string {
  const [first, ...others] = points
  if (!first) return ''
  let from = first
  return others.reduce((path, to) => {
    const middle = (from.x + to.x) / 2
    const curve = `${path} C ${middle} ${from.y}, ${middle} ${to.y}, ${to.x} ${to.y}`
    from = to
    return curve
  }, `M ${first.x} ${first.y}`)
}
