-- The transaction of each id to look up and to join with, but for the ids that are forgotten.

-- What passed, in a format that may be joined: ksqlDB joins nothing in the format KAFKA. It is what passed, not what has the id:
-- in the topic by id a later copy's text would take the place of the first one's.
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

-- Who is to be forgotten is asked for: INSERT INTO PLAYSTREAM_TRANSACTIONS_FORGET (ID, REASON) VALUES ('txn-1', 'erasure');
-- It is not driven by the end of a window: its tombstone could overtake a copy that began a new session.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_FORGET (
  ID VARCHAR KEY,
  REASON VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_forget}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);

-- The same requests as the table of the ids that are forgotten. No query writes its topic, so it outlives every apply and drop.
CREATE TABLE PLAYSTREAM_TRANSACTIONS_FORGOTTEN (
  ID VARCHAR PRIMARY KEY,
  REASON VARCHAR
) WITH (
  KAFKA_TOPIC = '${sql_transactions_forget}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);

-- A table with a query of its own has state, and a pull query looks an id up in it. A row that the filter takes out is a tombstone
-- in the topic. Whichever comes first, the transaction or the request to forget it, and however often both are read again,
-- the id is not in the table afterwards. The aggregate that counts ids still knows it, so the id does not pass again.
CREATE TABLE PLAYSTREAM_TRANSACTIONS_KNOWN WITH (
  KAFKA_TOPIC = '${sql_transactions_known}', PARTITIONS = ${sql_transactions_known_partitions},
  KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'KAFKA'
) AS SELECT PASSED.ID AS ID, PASSED.RAW AS RAW
FROM PLAYSTREAM_TRANSACTIONS_PASSED_BY_ID PASSED
LEFT JOIN PLAYSTREAM_TRANSACTIONS_FORGOTTEN FORGOTTEN ON PASSED.ID = FORGOTTEN.ID
WHERE FORGOTTEN.ID IS NULL
EMIT CHANGES;
