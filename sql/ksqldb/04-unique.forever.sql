-- Each id once, for ever. Exact, and its state grows with every id: for as many as the disks of the server hold.

-- One row for each sight of an id, with how many there were. It is not HAVING COUNT(*) = 1, which writes a tombstone
-- for each id that comes again. The record cache must be 0, or the row with N = 1 is overtaken inside the cache and
-- never written: the applier sees to it.
CREATE TABLE PLAYSTREAM_TRANSACTIONS_SEEN WITH (
  -- The catalog's topic is not compacted, which CREATE TABLE could not say; compacted, a replay of it would miss rows.
  KAFKA_TOPIC = '${sql_transactions_seen}', PARTITIONS = ${sql_transactions_seen_partitions},
  KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  ID,
  COUNT(*) AS N,
  EARLIEST_BY_OFFSET(RAW) AS RAW
FROM PLAYSTREAM_TRANSACTIONS_BY_ID
GROUP BY ID
EMIT CHANGES;

-- The table's topic, read as what it is: a stream of its changes.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_SIGHTS (
  ID VARCHAR KEY,
  N BIGINT,
  RAW VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_seen}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);

-- The first sight passes, byte for byte, under its plain id.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_FIRST WITH (
  KAFKA_TOPIC = '${sql_transactions_unique}', PARTITIONS = ${sql_transactions_unique_partitions},
  RETENTION_MS = ${sql_transactions_unique_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'KAFKA'
) AS SELECT ID, RAW
FROM PLAYSTREAM_TRANSACTIONS_SIGHTS
WHERE N = 1
EMIT CHANGES;
