-- A transaction without an id is set aside with its text, and counted: it never passes and is never lost silently.

CREATE STREAM PLAYSTREAM_TRANSACTIONS_MALFORMED WITH (
  KAFKA_TOPIC = '${sql_transactions_malformed}', PARTITIONS = ${sql_transactions_malformed_partitions},
  RETENTION_MS = ${sql_transactions_malformed_retention_ms}, VALUE_FORMAT = 'JSON'
) AS SELECT
  RAW,
  CASE WHEN IS_JSON_STRING(RAW) THEN 'NO_ID' ELSE 'NOT_JSON' END AS REASON
FROM PLAYSTREAM_TRANSACTIONS_READ
WHERE ID IS NULL
EMIT CHANGES;

CREATE TABLE PLAYSTREAM_TRANSACTIONS_MALFORMED_COUNTS WITH (
  KAFKA_TOPIC = '${sql_transactions_malformed_counts}', PARTITIONS = ${sql_transactions_malformed_counts_partitions},
  KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  REASON,
  COUNT(*) AS N
FROM PLAYSTREAM_TRANSACTIONS_MALFORMED
GROUP BY REASON
EMIT CHANGES;
