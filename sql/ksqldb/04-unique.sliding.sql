-- Each id once in its session: a copy within ${dedup_hours} hours of the last one is a duplicate, and renews them, as with
-- `dedup run --mode sliding`. The state is bounded. What comes more than these and the grace of ${dedup_grace_hours} hours,
-- together, behind stream time is lost.

-- ID is in the value a second time, because the topic's key is the id and the session's bounds. The record cache must
-- be 0, or the row with N = 1 is overtaken inside the cache and never written: the applier sees to it.
CREATE TABLE PLAYSTREAM_TRANSACTIONS_SESSIONS WITH (
  KAFKA_TOPIC = '${sql_transactions_sessions}',
  PARTITIONS = ${sql_transactions_sessions_partitions},
  RETENTION_MS = ${sql_transactions_sessions_retention_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON'
) AS
SELECT
  ID AS SESSION_ID,
  AS_VALUE(ID) AS ID,
  COUNT(*) AS N,
  EARLIEST_BY_OFFSET(RAW) AS RAW
FROM PLAYSTREAM_TRANSACTIONS_BY_ID
WINDOW SESSION (
  ${dedup_hours} HOURS,
  RETENTION ${dedup_window_hours} HOURS,
  GRACE PERIOD ${dedup_grace_hours} HOURS
)
GROUP BY ID
EMIT CHANGES;

-- Without a key column: ksqlDB refuses to re-key a windowed source, so it must not know that this one was windowed.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_SIGHTS (
  ID VARCHAR,
  N BIGINT,
  RAW VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_sessions}',
  KEY_FORMAT = 'NONE',
  VALUE_FORMAT = 'JSON'
);

-- The first sight of the session passes, byte for byte, under its plain id.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_FIRST WITH (
  KAFKA_TOPIC = '${sql_transactions_unique}',
  PARTITIONS = ${sql_transactions_unique_partitions},
  RETENTION_MS = ${sql_transactions_unique_retention_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'KAFKA'
) AS
SELECT
  ID,
  RAW
FROM PLAYSTREAM_TRANSACTIONS_SIGHTS
WHERE N = 1
PARTITION BY ID
EMIT CHANGES;
