-- Each id once, forever. Exact, but the state grows with every id, up to the disks of the server.

-- One row for each copy of an id, with the number of copies so far. HAVING COUNT(*) = 1 would not do: it writes a
-- tombstone for each id that comes again. The record cache must be 0, or later copies replace the row with N = 1 inside
-- the cache before it is written; the applier checks that.
CREATE TABLE PLAYSTREAM_TRANSACTIONS_SEEN WITH (
  -- The catalog's topic is not compacted, which CREATE TABLE cannot declare; a replay of a compacted topic would miss
  -- rows.
  KAFKA_TOPIC = '${sql_transactions_seen}', PARTITIONS = ${sql_transactions_seen_partitions},
  KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  ID,
  COUNT(*) AS N,
  EARLIEST_BY_OFFSET(RAW) AS RAW
FROM PLAYSTREAM_TRANSACTIONS_BY_ID
GROUP BY ID
EMIT CHANGES;

-- The table's topic, read as a stream of its changes.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_SIGHTS (
  ID VARCHAR KEY,
  N BIGINT,
  RAW VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_seen}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);

-- The first copy passes, byte for byte, keyed by its plain id.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_FIRST WITH (
  KAFKA_TOPIC = '${sql_transactions_unique}', PARTITIONS = ${sql_transactions_unique_partitions},
  RETENTION_MS = ${sql_transactions_unique_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'KAFKA'
) AS SELECT ID, RAW
FROM PLAYSTREAM_TRANSACTIONS_SIGHTS
WHERE N = 1
EMIT CHANGES;
