import { describe, expect, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { ENGINE_NAMES, ENGINES } from '../engines.ts'
import type { SqlObject } from '../scripts/object.ts'
import { runPlace } from './run-place.ts'

const place = runPlace('1f0c9a')

describe.each(
  ENGINE_NAMES.flatMap((engine) => ENGINES[engine].retentions.map((retention) => ({ engine, retention }))),
)(
  'the scripts of $engine in a place of a run’s own, with the retention $retention',
  ({ engine, retention }) => {
    const own = ENGINES[engine].objects(retention, place)
    const applied = ENGINES[engine].objects(retention)
    const all = ({ statement, job }: SqlObject) => (job?.session ?? [statement]).map(({ text }) => text)

    test('share no name and no topic with applied objects', () => {
      const taken = new Set([...applied.map(({ name }) => name), ...topics.map(({ name }) => name)])
      for (const object of own) {
        const { name, reads, writes, topic, job } = object
        const named = [...(job?.readsTopics ?? []), ...(job?.fillsTopics ?? []), ...(topic ? [topic] : [])]
        for (const one of [name, writes, ...reads, ...named]) expect(taken).not.toContain(one)
        expect(place.isNameOfRun(name)).toBe(true)
        expect(named.filter((one) => !place.isTopicOfRun(one))).toEqual([])
      }
    })

    test('use no group and no transactional id of applied objects', () => {
      const ids = (objects: readonly SqlObject[]) =>
        objects
          .flatMap(all)
          .flatMap((text) => [
            ...text.matchAll(/'(?:properties\.group\.id|sink\.trans\S*prefix)' = '([^']*)'/g),
          ])
          .map(([, id]) => id as string)
      expect(ids(own).filter((id) => !place.isTopicOfRun(id))).toEqual([])
      expect(new Set(ids(own)).size).toBe(new Set(ids(applied)).size)
    })

    test('differ from the applied statements only in names', () => {
      const back = (text: string) => text.replaceAll('_VERIFY_1F0C9A', '').replaceAll('verify-1f0c9a-', '')
      expect(own.flatMap(all).map(back)).toEqual(applied.flatMap(all))
    })
  },
)

test('objects that an engine creates for a run’s query belong to the run, and no others do', () => {
  const internal =
    '_confluent-ksql-default_query_CTAS_PLAYSTREAM_VERIFY_1F0C9A_PLAYER_STATE_7-Aggregate-changelog'
  expect(place.isTopicOfRun(internal)).toBe(true)
  expect(place.isTopicOfRun(`${internal}-value`)).toBe(true)
  for (const other of ['transactions', 'verify-2f0c9a-transactions', internal.replace('_VERIFY_1F0C9A', '')])
    expect(place.isTopicOfRun(other)).toBe(false)
  expect(place.isTopicOfRun('sql-engine-verify-1f0c9a-logs')).toBe(true)
})
