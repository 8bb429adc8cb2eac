-- All copies of a transaction must meet in one partition before anyone counts them. The repartition is a step with a
-- topic of its own, not one hidden in GROUP BY: its topic has the catalog's partitions, and shows what was counted.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_BY_ID WITH (
  KAFKA_TOPIC = '${sql_transactions_by_id}',
  PARTITIONS = ${sql_transactions_by_id_partitions},
  RETENTION_MS = ${sql_transactions_by_id_retention_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON'
) AS
SELECT
  ID,
  RAW
FROM PLAYSTREAM_TRANSACTIONS_READ
WHERE ID IS NOT NULL
PARTITION BY ID
EMIT CHANGES;
