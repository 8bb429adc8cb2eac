import { expect, test } from 'vitest'
import { ksqlDbScripts } from '../scripts/test-objects.ts'

const read = ksqlDbScripts('sliding').find(({ name }) => name === 'PLAYSTREAM_TRANSACTIONS_READ')

// JSON_RECORDS returns texts without quotes since ksqlDB 0.26, so that every id looked like a missing one.
test('the id’s type is decided by no function that removes a text’s quotes', () => {
  expect(read?.statement.text).not.toMatch(/JSON_RECORDS/)
  const [, before, length, start] =
    /SUBSTRING\(JSON_CONCAT\('([^']*)', RAW\), 1, (\d+)\) = '([^']*)'/.exec(read?.statement.text ?? '') ?? []
  /** Like JSON_CONCAT with two objects: a key keeps its first position. */
  const idIsText = (raw: string) =>
    JSON.stringify({ ...JSON.parse(before ?? ''), ...JSON.parse(raw) }).slice(0, Number(length)) === start
  expect(idIsText('{"user_id":"u","items":[{"id":"a"}],"id":"x"}')).toBe(true)
  for (const raw of [
    '{"id":7}',
    '{"id":null}',
    '{"a":{"id":"x"}}',
    '{"id":["x"]}',
    '{"id":7,"b":{"id":"x"}}',
  ])
    expect(idIsText(raw), raw).toBe(false)
})
