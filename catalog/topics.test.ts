import { describe, expect, test } from 'vitest'
import { applications } from './applications.ts'
import { changelogOf, deadLettersOf, processors } from './processors.ts'
import { schemas } from './schemas.ts'
import { topic, topicNamed, topics } from './topics.ts'

describe('the topics', () => {
  test('no two have the same name', () => {
    const names = topics.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })

  test('every name is one that Kafka and its metrics tell from all others', () => {
    // A period and an underscore become the same character in a metric's name.
    expect(topics.map(({ name }) => name).filter((name) => !/^[a-z][a-z0-9-]{0,248}$/.test(name))).toEqual([])
  })

  test('every subject that a topic names is in the catalog, and of the topic’s format', () => {
    const wrong = topics.filter(({ value }) => {
      if (value.kind === 'bytes' || value.subject === undefined) return false
      const type = schemas.find(({ subject }) => subject === value.subject)?.type
      return type !== (value.kind === 'avro' ? 'AVRO' : 'JSON')
    })
    expect(wrong).toEqual([])
  })

  test('writers and readers are declared applications, each named once', () => {
    const declared = new Set(Object.keys(applications))
    const wrong = topics.flatMap(({ name, writers, readers }) =>
      [writers, readers]
        .filter((list) => new Set(list).size !== list.length || list.some((who) => !declared.has(who)))
        .map((list) => `${name}: ${list.join(', ')}`),
    )
    expect(wrong).toEqual([])
  })

  test('every topic is written by somebody and read by somebody', () => {
    const idle = topics.filter(({ writers, readers }) => writers.length === 0 || readers.length === 0)
    expect(idle).toEqual([])
  })

  test('every application writes or reads a topic', () => {
    const busy = new Set<string>(topics.flatMap(({ writers, readers }) => [...writers, ...readers]))
    expect(Object.keys(applications).filter((name) => !busy.has(name))).toEqual([])
  })

  test('partitions are whole numbers from 1 on', () => {
    const wrong = topics.filter(({ partitions }) => !Number.isInteger(partitions) || partitions < 1)
    expect(wrong).toEqual([])
  })
})

describe('the topics of the processors', () => {
  test.each(processors)('$name may read its input and write its outputs', (processor) => {
    expect(topicNamed(processor.input).readers).toContain(processor.application)
    for (const output of processor.outputs) {
      expect(topicNamed(output).writers, output).toContain(processor.application)
    }
  })

  test.each(processors)('$name has a dead-letter topic that it may write to', (processor) => {
    expect(topicNamed(deadLettersOf(processor.input)).writers).toContain(processor.application)
  })

  test.each(processors)('the operator may write the dead letters of $name back to its input', (processor) => {
    expect(topicNamed(deadLettersOf(processor.input)).readers).toContain('operator')
    expect(topicNamed(processor.input).writers).toContain('operator')
  })

  test.each(processors.filter(({ stateful }) => stateful))(
    '$name has a compacted changelog with the partitions of its input',
    (processor) => {
      const changelog = topicNamed(changelogOf(processor))
      expect(changelog.partitions).toBe(topicNamed(processor.input).partitions)
      expect(changelog.retention).toEqual({ policy: 'compact' })
    },
  )
})

describe('the time of records', () => {
  test('of what clients write is at most an hour ahead of the broker, as Kafka has it by default since 4.0', () => {
    for (const name of ['game-events', 'transactions', 'logs', 'logs-shipped'] as const)
      expect(topic(name).time, name).toEqual({ clock: 'producer', maxAheadMs: 3_600_000 })
  })

  test.each(processors)(
    'of what $name writes may be further ahead than that of its input',
    ({ input, outputs }) => {
      const bound = (name: string) => {
        const { time } = topicNamed(name)
        return time?.clock === 'producer' ? time.maxAheadMs : Number.POSITIVE_INFINITY
      }
      for (const output of [...outputs, deadLettersOf(input)])
        expect(bound(output), output).toBeGreaterThanOrEqual(Math.min(bound(input), 86_400_000))
    },
  )

  test('by which ids are forgotten is the broker’s, and so is that of changelogs', () => {
    const names = topics.map(({ name }) => name).filter((name) => name.endsWith('-changelog'))
    for (const name of ['transactions-by-id', ...names])
      expect(topicNamed(name).time).toEqual({ clock: 'broker' })
  })
})

describe('looking a topic up', () => {
  test('a declared name gives its topic', () => {
    expect(topic('game-events')).toMatchObject({ key: 'player_id', writers: ['game-producer', 'operator'] })
  })

  test('a processor’s own topic is found by name too', () => {
    expect(topicNamed('transactions-dlq').value).toEqual({ kind: 'bytes' })
  })

  test('an unknown name is an error that says where to declare it', () => {
    expect(() => topicNamed('game-event')).toThrow(/'game-event'.*catalog\/topics\.ts/)
  })
})
