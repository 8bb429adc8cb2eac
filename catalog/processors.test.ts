import { expect, test } from 'vitest'
import { type Processor, topicsOfProcessors } from './processors.ts'
import { topic } from './topics.ts'

const stateless: Processor = {
  name: 'spell-check',
  description: 'Checks the spelling.',
  application: 'dashboard',
  input: 'chat',
  outputs: ['chat-checked'],
  stateful: false,
}
const stateful: Processor = { ...stateless, name: 'spam-count', input: 'chat-checked', stateful: true }
const partitions: Readonly<Record<string, number>> = { chat: 3, 'chat-checked': 11 }

function ownedBy(...all: Processor[]) {
  return topicsOfProcessors(all, (name) => ({
    ...topic('transactions'),
    name,
    partitions: partitions[name] ?? 0,
  }))
}

test('a stateless processor adds only a dead-letter topic', () => {
  expect(ownedBy(stateless)).toMatchObject([
    { name: 'chat-dlq', partitions: 1, writers: ['dashboard'], value: { kind: 'bytes' } },
  ])
})

test('a stateful processor also adds a changelog with the partitions of its input', () => {
  expect(ownedBy(stateless, stateful).map(({ name, partitions: count }) => [name, count])).toEqual([
    ['chat-dlq', 1],
    ['chat-checked-dlq', 1],
    ['spam-count-changelog', 11],
  ])
})

test('each store of a processor has a changelog of its own, the main store under the name of the processor', () => {
  expect(ownedBy({ ...stateful, stores: ['words', 'timers'] }).map(({ name }) => name)).toEqual([
    'chat-checked-dlq',
    'spam-count-changelog',
    'spam-count-words-changelog',
    'spam-count-timers-changelog',
  ])
  expect(ownedBy({ ...stateless, stores: ['timers'] }).map(({ name }) => name)).toEqual([
    'chat-dlq',
    'spell-check-timers-changelog',
  ])
})

test('processors of the same input share its dead-letter topic', () => {
  const other: Processor = { ...stateless, name: 'translation', application: 'sql-engine' }
  expect(ownedBy(stateless, other)).toMatchObject([
    { name: 'chat-dlq', writers: ['dashboard', 'sql-engine'] },
  ])
})

test('only the processor’s application reads and writes its changelog', () => {
  expect(ownedBy(stateful)).toContainEqual(
    expect.objectContaining({ name: 'spam-count-changelog', writers: ['dashboard'], readers: ['dashboard'] }),
  )
})

test('a dead-letter topic deletes old records, a changelog is compacted', () => {
  expect(ownedBy(stateful).map(({ retention }) => retention.policy)).toEqual(['delete', 'compact'])
})

test('an empty list of processors adds no topics', () => {
  expect(ownedBy()).toEqual([])
})
