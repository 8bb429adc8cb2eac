-- The transaction of each id to look up and to join with, and the cleaning that makes it forget one.

CREATE STREAM PLAYSTREAM_TRANSACTIONS_KNOWN_CHANGES WITH (
  KAFKA_TOPIC = '${sql_transactions_known}',
  PARTITIONS = ${sql_transactions_known_partitions},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'KAFKA'
) AS
SELECT
  ID,
  RAW
FROM PLAYSTREAM_TRANSACTIONS_FIRST
EMIT CHANGES;

CREATE TABLE PLAYSTREAM_TRANSACTIONS_KNOWN (
  ID VARCHAR PRIMARY KEY,
  RAW VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_known}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'KAFKA'
);

-- Who is to be forgotten is asked for: INSERT INTO PLAYSTREAM_TRANSACTIONS_FORGET (ID, REASON) VALUES ('txn-1', 'erasure');
-- It is not driven by the end of a window: that one's tombstone could overtake a copy that began a new session.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_FORGET (
  ID VARCHAR KEY,
  REASON VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_forget}',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON'
);

-- A NULL as the only column, in the format KAFKA, is a tombstone; in JSON or AVRO it would be a record about nothing, and
-- stay for ever. The lookup forgets the id; the aggregate that counts ids does not, so the id does not pass again.
INSERT INTO PLAYSTREAM_TRANSACTIONS_KNOWN_CHANGES WITH (QUERY_ID = 'PLAYSTREAM_TRANSACTIONS_CLEANING')
SELECT
  ID,
  CAST(NULL AS VARCHAR) AS RAW
FROM PLAYSTREAM_TRANSACTIONS_FORGET
EMIT CHANGES;
