-- Purchases and refunds as clients send them: without a key, with retries, and sometimes garbage.

-- The value is read as text. Read as JSON columns, a malformed row would only leave a line in the server's processing
-- log, and passing records would be rewritten: 10 as 10.0, without unknown fields.
CREATE STREAM PLAYSTREAM_TRANSACTIONS (
  RAW VARCHAR
) WITH (
  KAFKA_TOPIC = '${transactions}', KEY_FORMAT = 'NONE', VALUE_FORMAT = 'KAFKA'
);

-- Adds the id, or NULL if there is no id that is a text. EXTRACTJSONFIELD alone would take the number 7 for the id '7',
-- and so would JSON_RECORDS, which returns texts without quotes since 0.26 (confluentinc/ksql, pull request 9028).
-- JSON_CONCAT of two objects puts the keys of the first one in front, so the id's own JSON is at a known position, and
-- a text shows its quote. Any failure on the way (no JSON, no object, no id) becomes NULL, so that no record escapes
-- both filters.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_READ WITH (
  KAFKA_TOPIC = '${sql_transactions_read}', PARTITIONS = ${sql_transactions_read_partitions},
  RETENTION_MS = ${sql_transactions_read_retention_ms}, KEY_FORMAT = 'NONE', VALUE_FORMAT = 'JSON'
) AS SELECT
  RAW,
  -- The client's time. The records of this topic and of all later ones have the broker's time.
  ROWTIME AS SENT_AT,
  CASE
    WHEN IS_JSON_STRING(RAW)
      AND SUBSTRING(JSON_CONCAT('{"id":null}', RAW), 1, 7) = '{"id":"'
      AND EXTRACTJSONFIELD(RAW, '$.id') <> ''
      THEN EXTRACTJSONFIELD(RAW, '$.id')
  END AS ID
FROM PLAYSTREAM_TRANSACTIONS
EMIT CHANGES;
