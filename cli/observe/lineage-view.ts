import type { EdgeStatus, SeenEdge, SeenLineage } from '../../observability/lineage/seen-lineage.ts'
import { grouped, table } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'

const STATUS: Record<EdgeStatus, string> = {
  'declared-and-seen': 'declared and seen',
  'declared-only': 'declared only',
  'seen-only': 'SEEN ONLY',
}

/** A row for each flow. What is not known is shown as `-`. */
export function lineageTable({ edges }: SeenLineage): string {
  const rows = edges.map(({ from, to, status, perSecond, lag, evidence }) => [
    printable(from),
    printable(to),
    STATUS[status],
    count(perSecond),
    count(lag),
    printable(evidence),
  ])
  return table([['from', 'to', 'status', 'per second', 'lag', 'because'], ...rows])
}

function count(value: number | undefined): string {
  return value === undefined ? '-' : grouped(value)
}

/** The lineage for machines; `null` for what is not known. */
export function lineageJson({ nodes, edges }: SeenLineage, isSeen: boolean) {
  return { clusterAsked: isSeen, nodes, edges: edges.map(edgeJson) }
}

function edgeJson({ perSecond, lag, ...edge }: SeenEdge) {
  return { ...edge, perSecond: perSecond ?? null, lag: lag ?? null }
}
