import { describe, expect, test } from 'vitest'
import { catalog } from './catalog.ts'
import { lineageOf } from './lineage.ts'
import { topicNamed, topics } from './topics.ts'

const { nodes, edges } = lineageOf(catalog)
const nodeOf = (id: string) => nodes.find((node) => node.id === id)

/** The application on whose behalf a node reads or writes. */
function ownerOf(id: string): string | undefined {
  const node = nodeOf(id)
  if (node?.kind === 'processor') return node.application
  return node?.kind === 'sql-script' ? 'sql-engine' : node?.name
}

describe('the lineage of the catalog', () => {
  test('has one node for each id, each with a description', () => {
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length)
    expect(nodes.filter(({ description }) => !/^\p{Lu}.*\.$/u.test(description))).toEqual([])
  })

  test('connects topics with other nodes, never two topics or two programs', () => {
    for (const { from, to } of edges) {
      const kinds = [nodeOf(from)?.kind, nodeOf(to)?.kind]
      expect(kinds).not.toContain(undefined)
      expect(
        kinds.filter((kind) => kind === 'topic'),
        `${from} ${to}`,
      ).toHaveLength(1)
    }
  })

  test('leaves no node without an edge', () => {
    const ends = new Set(edges.flatMap(({ from, to }) => [from, to]))
    expect(nodes.filter(({ id }) => !ends.has(id))).toEqual([])
  })

  test('has no edge twice', () => {
    const shown = edges.map(({ kind, from, to }) => `${kind} ${from} ${to}`)
    expect(shown).toEqual([...new Set(shown)])
  })

  test.each(topics.map(({ name }) => name))('has exactly the declared writers and readers of %s', (name) => {
    const { writers, readers } = topicNamed(name)
    const into = edges.filter(({ to }) => to === `topic:${name}`)
    const outOf = edges.filter(({ from }) => from === `topic:${name}`)
    expect(new Set(into.map(({ from }) => ownerOf(from)))).toEqual(new Set(writers))
    expect(new Set(outOf.map(({ to }) => ownerOf(to)))).toEqual(new Set(readers))
  })
})

const reading = (from: string, to: string) =>
  edges.find((edge) => edge.from === `topic:${from}` && edge.to === to)

describe('a reader’s consumer group', () => {
  test.each([
    ['a processor', 'transactions-by-id', 'processor:transactions-dedup', 'transactions-dedup', false],
    ['a Flink script', 'logs', 'sql-script:flink/ssh', 'sql-engine-logs', false],
    ['the alerts', 'ssh-attacks', 'application:attack-detector', 'attack-detector-alerts', false],
    ['a replay', 'transactions-dlq', 'application:operator', 'dlq-replay-transactions', false],
    ['any other application', 'game-events', 'application:order-checker', 'order-checker-', true],
  ])('of %s is known', (_, topic, node, name, isPrefix) => {
    expect(reading(topic, node)).toMatchObject({ kind: 'reads', group: { name, isPrefix } })
  })

  test('of a ksqlDB script is not the catalog’s to name', () => {
    expect(reading('logs', 'sql-script:ksqldb/ssh-attacks')).toMatchObject({
      kind: 'reads',
      group: undefined,
    })
  })
})

test('a processor restores its store from its changelog, in no group', () => {
  const edge = reading('transactions-dedup-changelog', 'processor:transactions-dedup')
  expect(edge).toMatchObject({ kind: 'restores' })
  expect(edge).not.toHaveProperty('group')
})

test('the log shipper reaches the logs by itself and through its processor', () => {
  const writers = edges.filter(({ to }) => to === 'topic:logs').map(({ from }) => from)
  expect(writers).toEqual(['processor:logs-dedup', 'application:log-shipper', 'application:operator'])
})

test.each([
  ['application:game-producer', 'producer'],
  ['application:dashboard', 'sink'],
  ['application:operator', 'application'],
  ['application:dedup-processor', undefined],
])('%s is of the kind %s', (id, kind) => {
  expect(nodeOf(id)?.kind).toBe(kind)
})

test.each([
  ['logs', 'data'],
  ['logs-dlq', 'dead-letters'],
  ['sql-transactions-dlq', 'dead-letters'],
  ['player-state-changelog', 'changelog'],
  ['ssh-attacks-by-host-timers-changelog', 'changelog'],
])('the topic %s has the role %s', (name, role) => {
  expect(nodeOf(`topic:${name}`)).toMatchObject({ role })
})

test('the SQL engine writes topics only through its scripts, beside its own record and requests to forget', () => {
  const own = edges.filter(({ from }) => from === 'application:sql-engine').map(({ to }) => to)
  expect(own.sort()).toEqual(['topic:sql-deployments', 'topic:sql-transactions-forget'])
})
