import { describe, expect, test } from 'vitest'
import { applications } from './applications.ts'
import { changelogOf, deadLettersOf, processors, storesOf } from './processors.ts'
import { schemas } from './schemas.ts'
import { sqlTopics, topic, topicNamed, topics } from './topics.ts'

describe('topics', () => {
  test('no two topics have the same name', () => {
    const names = topics.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })

  test('every topic name is valid and unambiguous in Kafka and in its metrics', () => {
    // Periods and underscores are the same character in metric names.
    expect(topics.map(({ name }) => name).filter((name) => !/^[a-z][a-z0-9-]{0,248}$/.test(name))).toEqual([])
  })

  test('the subject of every topic is in the catalog and has the topic’s format', () => {
    const wrong = topics.filter(({ value }) => {
      if (value.kind === 'bytes' || value.subject === undefined) return false
      const type = schemas.find(({ subject }) => subject === value.subject)?.type
      return type !== (value.kind === 'avro' ? 'AVRO' : 'JSON')
    })
    expect(wrong).toEqual([])
  })

  test('writers and readers are declared applications without repetition', () => {
    const declared = new Set(Object.keys(applications))
    const wrong = topics.flatMap(({ name, writers, readers }) =>
      [writers, readers]
        .filter((list) => new Set(list).size !== list.length || list.some((who) => !declared.has(who)))
        .map((list) => `${name}: ${list.join(', ')}`),
    )
    expect(wrong).toEqual([])
  })

  test('every topic has a writer and a reader', () => {
    const idle = topics.filter(({ writers, readers }) => writers.length === 0 || readers.length === 0)
    expect(idle).toEqual([])
  })

  test('every application writes or reads a topic', () => {
    const busy = new Set<string>(topics.flatMap(({ writers, readers }) => [...writers, ...readers]))
    expect(Object.keys(applications).filter((name) => !busy.has(name))).toEqual([])
  })

  test('every topic has a whole number of partitions, at least 1', () => {
    const wrong = topics.filter(({ partitions }) => !Number.isInteger(partitions) || partitions < 1)
    expect(wrong).toEqual([])
  })
})

test('the topics that only the SQL engine fills are the topics whose names begin with sql-', () => {
  const named = topics.filter(({ name }) => name.startsWith('sql-'))
  expect(sqlTopics.length).toBeGreaterThan(0)
  expect(sqlTopics).toEqual(named)
})

describe('processor topics', () => {
  test.each(processors)('$name may read its input and write its outputs', (processor) => {
    expect(topicNamed(processor.input).readers).toContain(processor.application)
    for (const output of processor.outputs) {
      expect(topicNamed(output).writers, output).toContain(processor.application)
    }
  })

  test.each(processors)('$name has a dead-letter topic that it may write to', (processor) => {
    expect(topicNamed(deadLettersOf(processor.input)).writers).toContain(processor.application)
  })

  test.each(processors)('the operator may replay dead-letter records of $name to its input', (processor) => {
    expect(topicNamed(deadLettersOf(processor.input)).readers).toContain('operator')
    expect(topicNamed(processor.input).writers).toContain('operator')
  })

  const owned = processors.flatMap((processor) =>
    storesOf(processor).map((store) => ({ processor, store, name: processor.name })),
  )
  test.each(owned)(
    'the store $store of $name has a compacted changelog with the partitions of its input',
    ({ processor, store }) => {
      const changelog = topicNamed(changelogOf(processor, store))
      expect(changelog.partitions).toBe(topicNamed(processor.input).partitions)
      expect(changelog.retention).toEqual({ policy: 'compact' })
    },
  )
})

describe('record timestamps', () => {
  test('clients may stamp records at most an hour ahead of the broker, Kafka’s default since 4.0', () => {
    for (const name of ['game-events', 'transactions', 'logs', 'logs-shipped'] as const)
      expect(topic(name).time, name).toEqual({ clock: 'producer', maxAheadMs: 3_600_000 })
  })

  test.each(processors)(
    'outputs of $name accept timestamps at least as far ahead as its input, or a day ahead',
    ({ input, outputs }) => {
      const bound = (name: string) => {
        const { time } = topicNamed(name)
        return time?.clock === 'producer' ? time.maxAheadMs : Number.POSITIVE_INFINITY
      }
      for (const output of [...outputs, deadLettersOf(input)])
        expect(bound(output), output).toBeGreaterThanOrEqual(Math.min(bound(input), 86_400_000))
    },
  )

  test('transactions-by-id and changelogs have the broker’s timestamps', () => {
    const names = topics.map(({ name }) => name).filter((name) => name.endsWith('-changelog'))
    for (const name of ['transactions-by-id', ...names])
      expect(topicNamed(name).time).toEqual({ clock: 'broker' })
  })
})

describe('topic lookup', () => {
  test('a declared name returns its topic', () => {
    expect(topic('game-events')).toMatchObject({ key: 'player_id', writers: ['game-producer', 'operator'] })
  })

  test('a processor’s dead-letter topic is found by name', () => {
    expect(topicNamed('transactions-dlq').value).toEqual({ kind: 'bytes' })
  })

  test('an unknown name throws an error that says where to declare it', () => {
    expect(() => topicNamed('game-event')).toThrow(/'game-event'.*catalog\/declared-topics\.ts/)
  })
})
