import { expect, test } from 'vitest'
import { type Processor, topicsOfProcessors } from './processors.ts'
import { topic } from './topics.ts'

const stateless: Processor = {
  name: 'spell-check',
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

test('a processor without a store brings a dead-letter topic and nothing else', () => {
  expect(ownedBy(stateless)).toMatchObject([
    { name: 'chat-dlq', partitions: 1, writers: ['dashboard'], value: { kind: 'bytes' } },
  ])
})

test('a processor with a store brings a changelog too, with the partitions of its own input', () => {
  expect(ownedBy(stateless, stateful).map(({ name, partitions: count }) => [name, count])).toEqual([
    ['chat-dlq', 1],
    ['chat-checked-dlq', 1],
    ['spam-count-changelog', 11],
  ])
})

test('processors of one input share its dead letters', () => {
  const other: Processor = { ...stateless, name: 'translation', application: 'sql-engine' }
  expect(ownedBy(stateless, other)).toMatchObject([
    { name: 'chat-dlq', writers: ['dashboard', 'sql-engine'] },
  ])
})

test('only the processor’s own application writes and reads its changelog', () => {
  expect(ownedBy(stateful)).toContainEqual(
    expect.objectContaining({ name: 'spam-count-changelog', writers: ['dashboard'], readers: ['dashboard'] }),
  )
})

test('dead letters expire, entries of a changelog do not', () => {
  expect(ownedBy(stateful).map(({ retention }) => retention.policy)).toEqual(['delete', 'compact'])
})

test('no processors bring no topics', () => {
  expect(ownedBy()).toEqual([])
})
