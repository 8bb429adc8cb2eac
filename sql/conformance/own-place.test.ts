import { describe, expect, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { ENGINES, RETENTIONS } from '../engines.ts'
import { ownPlace } from './own-place.ts'

const place = ownPlace('1f0c9a')

describe.each(RETENTIONS)(
  'the ksqlDB scripts in a place of a run’s own, with the retention %s',
  (retention) => {
    const own = ENGINES.ksqldb.objects(retention, place)
    const applied = ENGINES.ksqldb.objects(retention)

    test('share no name and no topic with those that are applied', () => {
      const taken = new Set([...applied.map(({ name }) => name), ...topics.map(({ name }) => name)])
      for (const { name, reads, writes, topic } of own) {
        for (const one of [name, writes, ...reads, ...(topic === undefined ? [] : [topic])])
          expect(taken).not.toContain(one)
        expect(place.isOwnName(name)).toBe(true)
        expect(topic === undefined || place.isOwnTopic(topic)).toBe(true)
      }
    })

    test('are the same statements but for their names', () => {
      const back = (text: string) => text.replaceAll('_VERIFY_1F0C9A', '').replaceAll('verify-1f0c9a-', '')
      expect(own.map(({ statement }) => back(statement.text))).toEqual(
        applied.map(({ statement }) => statement.text),
      )
    })
  },
)

test('what an engine makes for a run’s query is the run’s, and nobody else’s is', () => {
  const internal =
    '_confluent-ksql-default_query_CTAS_PLAYSTREAM_VERIFY_1F0C9A_PLAYER_STATE_7-Aggregate-changelog'
  expect(place.isOwnTopic(internal)).toBe(true)
  expect(place.isOwnTopic(`${internal}-value`)).toBe(true)
  for (const other of ['transactions', 'verify-2f0c9a-transactions', internal.replace('_VERIFY_1F0C9A', '')])
    expect(place.isOwnTopic(other)).toBe(false)
})
