-- Purchases and refunds as clients send them: no key, retries, now and then garbage.

-- The value is read as the text that it is. Read as JSON columns, a malformed row would only leave a line in the
-- server's processing log, and what passes would be written anew: 10 as 10.0, unknown fields gone.
CREATE STREAM PLAYSTREAM_TRANSACTIONS (
  RAW VARCHAR
) WITH (
  KAFKA_TOPIC = '${transactions}', KEY_FORMAT = 'NONE', VALUE_FORMAT = 'KAFKA'
);

-- Beside it the id, or NULL where there is none that is a text: EXTRACTJSONFIELD alone would take the number 7 for the id
-- '7', and so would JSON_RECORDS, which has left the quotes away since 0.26 (confluentinc/ksql, pull request 9028). What
-- JSON_CONCAT makes of two objects has the keys of the first in front, so the id's own JSON stands right there, and a text
-- shows by its quote. Whatever goes wrong on the way (no JSON, no object, no id) ends as NULL, and there is nothing in
-- between that a filter could miss.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_READ WITH (
  KAFKA_TOPIC = '${sql_transactions_read}', PARTITIONS = ${sql_transactions_read_partitions},
  RETENTION_MS = ${sql_transactions_read_retention_ms}, KEY_FORMAT = 'NONE', VALUE_FORMAT = 'JSON'
) AS SELECT
  RAW,
  -- What the client says of when it was. The records of this topic and of all after it have the broker's time.
  ROWTIME AS SENT_AT,
  CASE
    WHEN IS_JSON_STRING(RAW)
      AND SUBSTRING(JSON_CONCAT('{"id":null}', RAW), 1, 7) = '{"id":"'
      AND EXTRACTJSONFIELD(RAW, '$.id') <> ''
      THEN EXTRACTJSONFIELD(RAW, '$.id')
  END AS ID
FROM PLAYSTREAM_TRANSACTIONS
EMIT CHANGES;
