import type { SeenEdge, SeenLineage, SeenNode } from './seen-lineage.ts'

const ARROWS = { 'declared-and-seen': '-->', 'declared-only': '-.->', 'seen-only': '==>' } as const

/** A mermaid flowchart of what the catalog declares. */
export function declaredMermaid(lineage: SeenLineage): string {
  return flowchart(lineage, () => '-->')
}

/** A mermaid flowchart: what is seen as a line with its rate, what is only declared dotted, what is not declared thick. */
export function seenMermaid(lineage: SeenLineage): string {
  return flowchart(lineage, ({ status, perSecond }) => {
    const label = perSecond === undefined ? '' : `|${Math.round(perSecond)}/s|`
    return `${ARROWS[status]}${label}`
  })
}

function flowchart({ nodes, edges }: SeenLineage, arrow: (edge: SeenEdge) => string): string {
  const ids = new Map(nodes.map((node, index) => [node.id, identifier(node, index)]))
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${ids.get(node.id)}${shape(node)}`),
    ...edges.map((edge) => `  ${ids.get(edge.from)} ${arrow(edge)} ${ids.get(edge.to)}`),
  ].join('\n')
}

/** Stays the same when other nodes are declared. Foreign names may hold anything, so that no identifier is made of them. */
function identifier({ id, kind }: SeenNode, index: number): string {
  return kind.startsWith('foreign-') ? `foreign_${index}` : id.replace(/\W/g, '_')
}

function shape({ kind, name }: SeenNode): string {
  const label = `"${escaped(name)}"`
  switch (kind) {
    case 'topic':
    case 'foreign-topic':
      return `[[${label}]]`
    case 'processor':
      return `{{${label}}}`
    case 'sql-script':
      return `[/${label}/]`
    default:
      return `([${label}])`
  }
}

/** Mermaid reads markup and entities within quotes. */
function escaped(name: string): string {
  return name.replace(/[^\w .:-]/gu, (letter) => `#${letter.codePointAt(0)};`)
}
