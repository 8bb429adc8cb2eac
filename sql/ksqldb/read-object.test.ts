import { describe, expect, test } from 'vitest'
import { objectsOf } from '../scripts/test-objects.ts'

describe('a script', () => {
  test.each([
    ['CREAT STREAM PLAYSTREAM_A;', /01-test\.sql:1: 'CREAT STREAM PLAYSTREAM_A …' is not CREATE STREAM/],
    [
      "CREATE OR REPLACE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='a');",
      /not CREATE STREAM.*left to the applier/,
    ],
    [
      "CREATE STREAM IF NOT EXISTS PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='a');",
      /'IF' must be a plain name.*IF NOT EXISTS/,
    ],
    [
      "CREATE STREAM a (X INT) WITH (KAFKA_TOPIC='a');",
      /'a' must be a plain name in capitals that begins with PLAYSTREAM_/,
    ],
    ['CREATE STREAM PLAYSTREAM_A (X INT) WITH (PARTITIONS=1);', /names no KAFKA_TOPIC/],
    [
      "CREATE STREAM PLAYSTREAM_A WITH (KAFKA_TOPIC='a') AS SELECT * FROM PLAYSTREAM_B;",
      /needs PLAYSTREAM_B, which no earlier statement creates/,
    ],
    [
      "CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='a');\nCREATE TABLE PLAYSTREAM_A (X INT PRIMARY KEY) WITH (KAFKA_TOPIC='a');",
      /01-test\.sql:2: PLAYSTREAM_A is created twice, first at 01-test\.sql:1/,
    ],
    [
      "CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='a');\nINSERT INTO PLAYSTREAM_A SELECT * FROM PLAYSTREAM_A;",
      /needs WITH \(QUERY_ID='NAME'\)/,
    ],
  ])('with %j is refused', (text, message) => {
    expect(() => objectsOf(text)).toThrow(message)
  })

  test('keeps its hash with other comments and line breaks, and changes it with another word', () => {
    const hash = (text: string) => objectsOf(text)[0]?.hash
    const one = hash("CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='a');")
    expect(hash("-- why\nCREATE STREAM PLAYSTREAM_A\n  (X INT) /* ; */ WITH (KAFKA_TOPIC='a');")).toBe(one)
    expect(hash("CREATE STREAM PLAYSTREAM_A (Y INT) WITH (KAFKA_TOPIC='a');")).not.toBe(one)
    expect(hash("CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='a  ');")).not.toBe(one)
  })
})
