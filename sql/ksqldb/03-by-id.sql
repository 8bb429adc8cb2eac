-- All copies of a transaction must meet in one partition before anyone counts them. The repartition is a step with a
-- topic of its own, not one hidden in GROUP BY: its topic has the catalog's partitions, and shows what was counted.

-- SEEN_AT is what copies are compared by: the time that the client claims, as far as it can be one. What is ahead of the broker, or
-- before the year 2000 (none at all, seconds for milliseconds), is taken for the time at which the broker had it.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_BY_ID WITH (
  KAFKA_TOPIC = '${sql_transactions_by_id}', PARTITIONS = ${sql_transactions_by_id_partitions},
  RETENTION_MS = ${sql_transactions_by_id_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  ID,
  RAW,
  CASE WHEN SENT_AT >= 946684800000 AND SENT_AT < ROWTIME THEN SENT_AT ELSE ROWTIME END AS SEEN_AT
FROM PLAYSTREAM_TRANSACTIONS_READ
WHERE ID IS NOT NULL
PARTITION BY ID
EMIT CHANGES;
