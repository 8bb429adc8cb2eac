import { describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { lineageOf } from '../../catalog/lineage.ts'
import { mainFlow } from './main-flow.ts'
import { declaredMermaid, seenMermaid } from './mermaid.ts'
import { seenLineage, unseenLineage } from './seen-lineage.ts'
import { testSnapshot } from './test-lineage.ts'

const declared = lineageOf(catalog)

const DEDUP = 'transactions-dedup'
const processor = `processor:${DEDUP}`

/** Two looks, two seconds apart. */
function seen(
  before: Parameters<typeof testSnapshot>[2],
  now: Parameters<typeof testSnapshot>[2],
  grown = { 'transactions-by-id': 100, 'transactions-unique': 60, logs: 0 },
) {
  const topics = { 'transactions-by-id': 0, 'transactions-unique': 0, logs: 0 }
  return seenLineage(declared, testSnapshot(0, topics, before), testSnapshot(2_000, grown, now))
}

const reading = (committed: number, members: number, topic = 'transactions-by-id') => ({
  topic,
  members,
  committed,
})

function edgeOf(lineage: ReturnType<typeof seen>, from: string, to: string) {
  return lineage.edges.find((edge) => edge.from === from && edge.to === to)
}

describe('the edges of a processor', () => {
  const running = seen({ [DEDUP]: reading(0, 1) }, { [DEDUP]: reading(90, 1) })
  const stopped = seen({ [DEDUP]: reading(90, 0) }, { [DEDUP]: reading(90, 0) })

  test('that runs are seen, with rate and lag', () => {
    expect(edgeOf(running, 'topic:transactions-by-id', processor)).toMatchObject({
      status: 'declared-and-seen',
      perSecond: 45,
      lag: 10,
    })
    expect(edgeOf(running, processor, 'topic:transactions-unique')).toMatchObject({
      status: 'declared-and-seen',
      perSecond: 30,
      evidence: 'the topic grew',
    })
  })

  test('that has stopped are only declared, though somebody wrote its output', () => {
    expect(edgeOf(stopped, 'topic:transactions-by-id', processor)).toMatchObject({
      status: 'declared-only',
      lag: 10,
    })
    expect(edgeOf(stopped, processor, 'topic:transactions-unique')).toMatchObject({
      status: 'declared-only',
      evidence: 'the processor does not run',
    })
  })

  test('of a reader without members that commits are seen', () => {
    const committing = seen({ [DEDUP]: reading(50, 0) }, { [DEDUP]: reading(90, 0) })
    expect(edgeOf(committing, 'topic:transactions-by-id', processor)?.status).toBe('declared-and-seen')
  })

  test('to a topic that did not grow are only declared', () => {
    const idle = seen(
      { [DEDUP]: reading(0, 1) },
      { [DEDUP]: reading(0, 1) },
      {
        'transactions-by-id': 0,
        'transactions-unique': 0,
        logs: 0,
      },
    )
    expect(edgeOf(idle, processor, 'topic:transactions-unique')).toMatchObject({
      status: 'declared-only',
      evidence: 'the topic did not grow',
    })
  })
})

test('growth of a topic with several writers says that the writer is not visible', () => {
  const lineage = seen({}, {}, { 'transactions-by-id': 0, 'transactions-unique': 0, logs: 5 })
  expect(edgeOf(lineage, 'application:log-shipper', 'topic:logs')).toMatchObject({
    status: 'declared-and-seen',
    evidence: 'the topic grew; which of its 3 writers wrote is not visible',
  })
})

test('a processor’s read of its own changelog is not visible', () => {
  const lineage = seen({}, {})
  expect(edgeOf(lineage, `topic:${DEDUP}-changelog`, processor)).toMatchObject({
    kind: 'restores',
    status: 'declared-only',
  })
})

describe('a group that the catalog does not declare', () => {
  test('is seen while it has members, on declared topics and on others', () => {
    const groups = { spy: reading(1, 1, 'logs'), other: reading(0, 2, 'elsewhere') }
    const lineage = seen(groups, groups)
    expect(edgeOf(lineage, 'topic:logs', 'group:spy')).toMatchObject({ status: 'seen-only' })
    expect(edgeOf(lineage, 'topic:elsewhere', 'group:other')).toMatchObject({ status: 'seen-only' })
    expect(lineage.nodes.filter(({ kind }) => kind.startsWith('foreign'))).toMatchObject([
      { kind: 'foreign-topic', name: 'elsewhere' },
      { kind: 'foreign-group', name: 'spy' },
      { kind: 'foreign-group', name: 'other' },
    ])
  })

  test('is not shown once it has gone', () => {
    const lineage = seen({ spy: reading(1, 0, 'logs') }, { spy: reading(1, 0, 'logs') })
    expect(lineage.edges.filter(({ status }) => status === 'seen-only')).toEqual([])
  })

  test('is foreign on a topic that another declared reader reads, even if it is declared for another topic', () => {
    const lineage = seen({ [DEDUP]: reading(0, 1, 'logs') }, { [DEDUP]: reading(0, 1, 'logs') })
    expect(edgeOf(lineage, 'topic:logs', `group:${DEDUP}`)).toMatchObject({ status: 'seen-only' })
  })
})

test.each([
  ['an application’s prefix', 'order-checker-7f', 'game-events', 'application:order-checker'],
  ['ksqlDB', '_confluent-ksql-default_query_CTAS_1', 'game-events', 'sql-script:ksqldb/player-state'],
])('a group of %s belongs to its declared reader', (_, group, topic, to) => {
  const lineage = seen({ [group]: reading(0, 1, topic) }, { [group]: reading(0, 1, topic) })
  expect(edgeOf(lineage, `topic:${topic}`, to)?.status).toBe('declared-and-seen')
  expect(lineage.edges.filter(({ status }) => status === 'seen-only')).toEqual([])
})

describe('the main flow', () => {
  const all = unseenLineage(declared)
  const main = mainFlow(all)

  test('leaves out changelogs, dead letters, SQL versions and those that look at everything', () => {
    const ids = main.nodes.map(({ id }) => id)
    expect(ids).toContain('topic:transactions-unique')
    expect(ids).toContain('application:game-producer')
    expect(ids.filter((id) => /-changelog|-dlq|sql-|dashboard|operator/.test(id))).toEqual([])
    expect(main.nodes.length).toBeLessThan(30)
  })

  test('leaves no node without an edge', () => {
    const ends = new Set(main.edges.flatMap(({ from, to }) => [from, to]))
    expect(main.nodes.filter(({ id }) => !ends.has(id))).toEqual([])
  })

  test('keeps a foreign reader', () => {
    const groups = { spy: reading(1, 1, 'logs-dlq') }
    const { edges } = mainFlow(seen(groups, groups))
    expect(edges.filter(({ status }) => status === 'seen-only')).toHaveLength(1)
  })
})

describe('mermaid', () => {
  test('has a line for each node and each edge of the declared lineage', () => {
    const lineage = mainFlow(unseenLineage(declared))
    const text = declaredMermaid(lineage)
    expect(text.split('\n')).toHaveLength(1 + lineage.nodes.length + lineage.edges.length)
    expect(text).toContain('[["game-events"]]')
    expect(text).not.toContain('-.->')
  })

  test('draws what is seen, what is only declared and what is foreign in different lines, and escapes names', () => {
    const hostile = 'x"]; click n1 <script>'
    const groups = { [DEDUP]: reading(0, 1), [hostile]: reading(0, 1, 'logs') }
    const text = seenMermaid(mainFlow(seen(groups, { ...groups, [DEDUP]: reading(20, 1) })))
    expect(text).toMatch(/\w+ -->\|10\/s\| \w+/)
    expect(text).toMatch(/\w+ -\.-> \w+/)
    expect(text).toMatch(/\w+ ==>\|0\/s\| foreign_\d+/)
    expect(text).not.toContain('<script>')
    expect(text).toContain('(["x#34;#93;#59; click n1 #60;script#62;"])')
  })
})
