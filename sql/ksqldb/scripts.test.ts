import { describe, expect, test } from 'vitest'
import { topicNamed } from '../../catalog/topics.ts'
import { ENGINES } from '../engines.ts'

describe.each(ENGINES.ksqldb.retentions)('the scripts for the retention %s', (retention) => {
  const objects = ENGINES.ksqldb.objects(retention)

  test('read and write topics that the catalog lets the engine read and write', () => {
    for (const { name, topic, runsQuery } of objects) {
      if (topic === undefined) continue
      const { writers, readers } = topicNamed(topic)
      expect(runsQuery ? writers : readers, `${name} on ${topic}`).toContain('sql-engine')
    }
  })

  test('declare the partitions of each topic that they fill, and the retention of each that is not compacted', () => {
    for (const { topic, runsQuery, kind, statement } of objects) {
      if (!runsQuery || topic === undefined) continue
      const { partitions, retention: kept } = topicNamed(topic)
      expect(statement.text).toContain(`PARTITIONS = ${partitions},`)
      const isWindowed = /\bWINDOW\b/.test(statement.text)
      // ksqlDB accepts a retention for streams and windowed tables, and refuses it for other tables.
      const takesRetention = kept.policy === 'delete' && (kind === 'stream' || isWindowed)
      expect(/RETENTION_MS = (\d+)/.exec(statement.text)?.[1]).toBe(
        takesRetention ? String(kept.ms) : undefined,
      )
    }
  })

  test('fill no topic with two queries except by an insert', () => {
    const filled = objects.flatMap(({ runsQuery, topic }) => (runsQuery && topic !== undefined ? topic : []))
    expect(filled).toEqual([...new Set(filled)])
  })

  test('consist of single statements, ended by a semicolon, with every variable substituted', () => {
    for (const { statement } of objects) {
      expect(statement.text).toMatch(/^(?:CREATE|INSERT) [^;]*;$/)
      expect(statement.text).not.toContain('$' + '{')
    }
  })

  test('keep topics for as long as their windows last', () => {
    for (const { topic, statement } of objects) {
      const window = /RETENTION (\d+) (HOURS|DAYS)/.exec(statement.text)
      if (!window || topic === undefined) continue
      const { retention: kept } = topicNamed(topic)
      const hours = Number(window[1]) * (window[2] === 'DAYS' ? 24 : 1)
      expect(kept.policy === 'delete' ? kept.ms / 3_600_000 : 0).toBeGreaterThanOrEqual(hours)
    }
  })
})

test('the retention fixed gives a one-line error with the alternatives', () => {
  expect(() => ENGINES.ksqldb.objects('fixed')).toThrow(/^ksqldb has no retention 'fixed'.*--engine flink$/)
})

test('every topic that a query fills has the broker’s time, so that a wrong clock ends no query and no old log is deleted on arrival', () => {
  for (const retention of ENGINES.ksqldb.retentions)
    for (const { topic, runsQuery, name } of ENGINES.ksqldb.objects(retention)) {
      // The passing record is also for other readers, and has the time by which its copies were judged.
      if (!runsQuery || topic === undefined || topic === 'sql-transactions-unique') continue
      expect(topicNamed(topic).time, `${name} on ${topic}`).toEqual({ clock: 'broker' })
    }
})

test('requests to forget survive every apply: no query fills their topic, and it is compacted', () => {
  const objects = ENGINES.ksqldb.objects('sliding')
  expect(topicNamed('sql-transactions-forget').retention).toEqual({ policy: 'compact' })
  expect(objects.filter(({ topic, runsQuery }) => runsQuery && topic === 'sql-transactions-forget')).toEqual(
    [],
  )
  const known = objects.find(({ name }) => name === 'PLAYSTREAM_TRANSACTIONS_KNOWN')
  expect(known).toMatchObject({ kind: 'table', runsQuery: true, topic: 'sql-transactions-known' })
  expect(known?.reads).toContain('PLAYSTREAM_TRANSACTIONS_FORGOTTEN')
})
