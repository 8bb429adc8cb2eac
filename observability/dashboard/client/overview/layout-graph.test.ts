import { expect, test } from 'vitest'
import { catalog } from '../../../../catalog/catalog.ts'
import { lineageOf } from '../../../../catalog/lineage.ts'
import type { CatalogState } from '../../protocol.ts'
import { chosen, layoutGraph } from './layout-graph.ts'

const { nodes, edges } = lineageOf(catalog)
const STATE: CatalogState = {
  nodes: nodes.map((node) => ({
    ...node,
    isSql: node.kind === 'sql-script' || node.name.startsWith('sql-'),
  })),
  edges: edges.map(({ from, to, kind }) => ({ from, to, kind, group: null })),
  topics: [],
}
const NOTHING = { deadLetters: false, changelogs: false, sql: false, readers: false, detours: false }
const ALL = { deadLetters: true, changelogs: true, sql: true, readers: true, detours: true }

function names(state: Pick<CatalogState, 'nodes'>): string[] {
  return state.nodes.map(({ name }) => name)
}

test('the main flow leads from the producers to the results, without by-ways', () => {
  const flow = names(chosen(STATE, NOTHING))
  expect(flow).toEqual(
    expect.arrayContaining(['game-producer', 'transactions-dedup', 'transactions-unique', 'logs']),
  )
  for (const name of [
    'dashboard',
    'operator',
    'logs-shipped',
    'logs-dedup',
    'transactions-dlq',
    'sql-engine',
  ]) {
    expect(flow).not.toContain(name)
  }
  expect(flow.filter((name) => name.endsWith('-changelog'))).toEqual([])
})

test('with everything chosen no linked node is left out', () => {
  const linked = nodes.filter(({ id }) => edges.some(({ from, to }) => from === id || to === id))
  expect(chosen(STATE, ALL).nodes).toHaveLength(linked.length)
})

test('every edge of a layout leads forwards in the main flow', () => {
  const graph = layoutGraph(STATE, NOTHING)
  const x = (id: string) => graph.nodes.find((node) => node.id === id)?.x ?? Number.NaN
  for (const { from, to } of graph.edges) expect(x(to)).toBeGreaterThan(x(from))
})
