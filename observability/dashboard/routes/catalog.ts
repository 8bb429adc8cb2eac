import type { FastifyInstance } from 'fastify'
import { catalog } from '../../../catalog/catalog.ts'
import { type LineageEdge, type LineageNode, lineageOf } from '../../../catalog/lineage.ts'
import type { Retention, Topic, ValueFormat } from '../../../catalog/topic.ts'
import { sqlTopics } from '../../../catalog/topics.ts'
import type { CatalogEdge, CatalogNode, CatalogState, DeclaredTopic } from '../protocol.ts'

/** `GET /api/catalog`: what the catalog declares, and how it hangs together. */
export function addCatalogRoute(app: FastifyInstance): void {
  const { nodes, edges } = lineageOf(catalog)
  const state: CatalogState = {
    nodes: nodes.map(nodeOf),
    edges: edges.map(edgeOf),
    topics: catalog.topics.map(topicOf),
  }
  app.get('/api/catalog', () => state)
}

function nodeOf(node: LineageNode): CatalogNode {
  const { id, kind, name, description } = node
  const isSql =
    kind === 'sql-script' || name === 'sql-engine' || sqlTopics.some((topic) => topic.name === name)
  return { id, kind, name, description, isSql, ...(node.kind === 'topic' && { role: node.role }) }
}

function edgeOf(edge: LineageEdge): CatalogEdge {
  const group = edge.kind === 'reads' && edge.group?.isPrefix === false ? edge.group.name : null
  return { from: edge.from, to: edge.to, kind: edge.kind, group }
}

function topicOf({
  name,
  description,
  partitions,
  key,
  value,
  retention,
  writers,
  readers,
}: Topic): DeclaredTopic {
  return {
    name,
    description,
    partitions,
    key: key ?? null,
    format: formatText(value),
    retention: retentionText(retention),
    writers,
    readers,
  }
}

function formatText(value: ValueFormat): string {
  if (value.kind === 'bytes') return 'bytes of any format'
  const name = value.kind === 'avro' ? 'Avro' : 'JSON'
  return value.subject === undefined ? name : `${name}, subject ${value.subject}`
}

function retentionText(retention: Retention): string {
  if (retention.policy === 'compact') return 'the latest record of each key'
  return `${retention.ms / 86_400_000} days`
}
