-- The transaction of each id for lookups and joins, without forgotten ids.

-- The passed transactions in a format that can be joined: ksqlDB does not join the format KAFKA. They come from the
-- passed ones and not from the topic by id, in which the text of a later copy would replace the first one.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_PASSED WITH (
  KAFKA_TOPIC = '${sql_transactions_passed}', PARTITIONS = ${sql_transactions_passed_partitions},
  KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT ID, RAW
FROM PLAYSTREAM_TRANSACTIONS_FIRST
EMIT CHANGES;

CREATE TABLE PLAYSTREAM_TRANSACTIONS_PASSED_BY_ID (
  ID VARCHAR PRIMARY KEY,
  RAW VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_passed}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);

-- A request to forget an id: INSERT INTO PLAYSTREAM_TRANSACTIONS_FORGET (ID, REASON) VALUES ('txn-1', 'erasure');
-- It does not depend on the end of a window, whose tombstone could overtake a copy that began a new session.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_FORGET (
  ID VARCHAR KEY,
  REASON VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_forget}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);

-- The same requests as a table of the forgotten ids. No query writes its topic, so it survives every apply and drop.
CREATE TABLE PLAYSTREAM_TRANSACTIONS_FORGOTTEN (
  ID VARCHAR PRIMARY KEY,
  REASON VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_forget}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);

-- A table with its own query has state, in which a pull query looks an id up. A row that the filter removes is a
-- tombstone in the topic. Whichever comes first, the transaction or the request to forget it, and however often both
-- are read again, the id is not in the table afterwards. The aggregate that counts ids still knows it, so the id does
-- not pass again.
CREATE TABLE PLAYSTREAM_TRANSACTIONS_KNOWN WITH (
  KAFKA_TOPIC = '${sql_transactions_known}', PARTITIONS = ${sql_transactions_known_partitions},
  KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'KAFKA'
) AS SELECT PASSED.ID AS ID, PASSED.RAW AS RAW
FROM PLAYSTREAM_TRANSACTIONS_PASSED_BY_ID PASSED
LEFT JOIN PLAYSTREAM_TRANSACTIONS_FORGOTTEN FORGOTTEN ON PASSED.ID = FORGOTTEN.ID
WHERE FORGOTTEN.ID IS NULL
EMIT CHANGES;
