import { expect, test } from 'vitest'
import { jsonCodec } from '../store/json-codec.ts'
import type { DeclaredProcessor, NoStores, Processor } from './processor.ts'
import { Task } from './task.ts'
import { TestDriver } from './test-driver.ts'

type Stores = { readonly words: string; readonly counts: number }

/** Counts words in one store, keeps the last of each length in another, and how many there were in the main one. */
const counter: Processor<number, never, Stores> = {
  name: 'counter',
  codec: jsonCodec<number>(),
  stores: { words: jsonCodec<string>(), counts: jsonCodec<number>() },
  process({ value, timestamp }, { store, stores, forward, streamTime }) {
    const word = value as Buffer
    const all = Buffer.from('all')
    store.put(all, (store.get(all) ?? 0) + 1)
    stores.counts.put(word, (stores.counts.get(word) ?? 0) + 1)
    stores.words.put(Buffer.from([word.length]), word.toString(), streamTime + 50)
    const said = `${word} ${stores.counts.get(word)} of ${store.get(all)}`
    forward('said', { key: word, value: Buffer.from(said), headers: [], timestamp })
  },
}

const words = (timestamp: number, ...all: string[]) =>
  all.map((word) => ({ timestamp, value: Buffer.from(word) }))

test('the stores of a processor are apart, change in one transaction, and come back after a crash', () => {
  const run = new TestDriver(counter)
  run.pipeAll(words(0, 'a', 'b', 'a'))
  run.commit()
  run.pipeAll(words(1, 'a', 'cc'))
  run.abort()
  run.restart()
  run.commit()
  expect(run.outputOf('said').map(({ value }) => String(value))).toEqual([
    'a 1 of 1',
    'b 1 of 2',
    'a 2 of 3',
    'a 3 of 4',
    'cc 1 of 5',
  ])
  expect(run.entriesOf()).toEqual({ main: 1, words: 2, counts: 3 })
  // Stream time moves in every store, whichever of them is written.
  run.pipeAll(words(1_000, 'a'))
  run.commit()
  expect(run.entriesOf()).toEqual({ main: 1, words: 1, counts: 3 })
})

test('a store that is new to a processor begins with the stream time of its other stores', () => {
  const topology = {
    input: 'in',
    deadLetters: 'in-dlq',
    changelogs: { main: 'log', words: 'words-log', counts: 'counts-log' },
    retentionMs: 1_000,
    route: (topic: string) => ({ topic, partition: 0 }),
  }
  const record = { partition: 0, offset: 0, key: null, headers: [], timestamp: 500, value: Buffer.from('a') }
  const written = new Task(counter, topology, 0).process([record])
  const late: number[] = []
  const watching = new Task<number, never, Stores>(
    { ...counter, process: (_, { streamTime }) => void late.push(streamTime) },
    topology,
    0,
  )
  watching.restore(
    written.filter(({ topic }) => topic === 'log').map((change, offset) => ({ ...change, offset })),
  )
  const changes = watching.process([{ ...record, timestamp: 3 }])
  expect(late).toEqual([500])
  const times = changes.filter(({ key }) => key?.length === 0)
  expect(times.map(({ topic, value }) => [topic, value?.readDoubleBE(0)])).toEqual([
    ['log', 500],
    ['words-log', 500],
    ['counts-log', 500],
  ])
})

test('a processor is called once after each restore, before its first record', () => {
  const calls: string[] = []
  const upgrading: Processor<number> = {
    name: 'upgrading',
    codec: jsonCodec<number>(),
    onRestored: ({ store }) => {
      calls.push(`restored with ${store.get(Buffer.from('version'))}`)
      store.put(Buffer.from('version'), 2)
    },
    process: ({ value }) => void calls.push(String(value)),
  }
  const run = new TestDriver(upgrading)
  run.pipeAll(words(0, 'a', 'b'))
  run.pipeAll(words(0, 'c'))
  run.commit()
  run.restart()
  run.pipeAll(words(0, 'd'))
  expect(calls).toEqual(['restored with undefined', 'a', 'b', 'c', 'restored with 2', 'd'])
})

test('a store may not have the name of a store of the runtime', () => {
  const stores = { timers: jsonCodec<number>() }
  const wrong: Processor<never, never, { readonly timers: number }> = {
    name: 'wrong',
    stores,
    process: () => undefined,
  }
  expect(() => new TestDriver(wrong)).toThrow('a store may not be called timers')
})

test('the compiler refuses names, stores and timers that the catalog does not declare', () => {
  const process = () => undefined
  const onTimer = () => undefined
  const codec = jsonCodec<number>()
  const right: DeclaredProcessor<number>[] = [
    { name: 'player-state', codec, process },
    { name: 'ssh-attacks-by-host', codec, process, onTimer },
  ]
  const wrong: DeclaredProcessor<number>[] = [
    // @ts-expect-error there is no such processor
    { name: 'player-states', codec, process },
    // @ts-expect-error it declares no store
    { name: 'transactions-rekey', codec, process },
    // @ts-expect-error it declares no timers
    { name: 'player-state', codec, process, onTimer },
  ]
  const named: DeclaredProcessor<number, never, { readonly words: string }>[] = [
    // @ts-expect-error it declares no store with this name
    { name: 'player-state', codec, stores: { words: jsonCodec<string>() }, process },
  ]
  const plain: DeclaredProcessor<never, never, NoStores> = { name: 'transactions-rekey', process }
  expect([...right, ...wrong, ...named, plain]).toHaveLength(7)
})
