-- All copies of a transaction must be in one partition before they are counted. The repartitioning is its own step with
-- its own topic, not hidden in GROUP BY: its topic has the catalog's partitions, and shows what was counted.

-- SEEN_AT is the time by which copies are compared: the client's time, if it is plausible. A time ahead of the broker's
-- or before the year 2000 (missing, or seconds for milliseconds) is replaced by the broker's.
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
