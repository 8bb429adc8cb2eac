-- Each id once: a copy less than ${dedup_hours} hours after the newest one is a duplicate, and extends the retention,
-- as with `dedup run --mode sliding`. The state is bounded: an id expires ${dedup_hours} hours after its last copy.

-- There are two clocks. Sessions, which expire, follow the broker's time in the topic by id: no client's clock moves
-- it, and it does not go back, so no record is late. Copies are compared by SEEN_AT, the client's time within its
-- bounds. If a copy is the newest one, the second of the two newest times is the newest one before it.

-- ID is also in the value, because the topic's key consists of the id and the session's bounds. The record cache must
-- be 0, or later copies replace the row with N = 1 inside the cache before it is written; the applier checks that.
CREATE TABLE PLAYSTREAM_TRANSACTIONS_SESSIONS WITH (
  KAFKA_TOPIC = '${sql_transactions_sessions}', PARTITIONS = ${sql_transactions_sessions_partitions},
  RETENTION_MS = ${sql_transactions_sessions_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  ID AS SESSION_ID,
  AS_VALUE(ID) AS ID,
  COUNT(*) AS N,
  LATEST_BY_OFFSET(RAW) AS RAW,
  LATEST_BY_OFFSET(SEEN_AT) AS SEEN_AT,
  TOPK(SEEN_AT, 2) AS NEWEST
FROM PLAYSTREAM_TRANSACTIONS_BY_ID
WINDOW SESSION (
  ${dedup_hours} HOURS, RETENTION ${dedup_window_hours} HOURS, GRACE PERIOD ${dedup_grace_hours} HOURS
)
GROUP BY ID
EMIT CHANGES;

-- Without a key column: ksqlDB refuses to re-key a windowed source, so this stream hides that its source is windowed.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_SIGHTS (
  ID VARCHAR,
  N BIGINT,
  RAW VARCHAR,
  SEEN_AT BIGINT,
  NEWEST ARRAY<BIGINT>
) WITH (
  KAFKA_TOPIC = '${sql_transactions_sessions}', KEY_FORMAT = 'NONE', VALUE_FORMAT = 'JSON'
);

-- The first copy of a session passes, byte for byte, keyed by its plain id; so does a copy that is newer than all
-- before it by the retention.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_FIRST WITH (
  KAFKA_TOPIC = '${sql_transactions_unique}', PARTITIONS = ${sql_transactions_unique_partitions},
  RETENTION_MS = ${sql_transactions_unique_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'KAFKA'
) AS SELECT ID, RAW
FROM PLAYSTREAM_TRANSACTIONS_SIGHTS
WHERE N = 1 OR (N > 1 AND SEEN_AT - NEWEST[2] >= ${dedup_ms})
PARTITION BY ID
EMIT CHANGES;
