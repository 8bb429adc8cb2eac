-- The transaction of each id to look up and to join with, but for the ids that are forgotten; and how many were malformed.
-- It is a job of its own: it remembers for ever, and the job before it for some hours.

-- What passed, as a table: where an id passed a second time, the second.
CREATE TABLE transactions_passed (
  id STRING,
  body BYTES,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = '${sql_transactions_unique}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.group.id' = '${sql_engine}-${sql_transactions_unique}',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw', 'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY'
);

-- Who is to be forgotten is asked for with a record whose key is the id: its value says why. No job writes this topic, so it
-- outlives every apply and drop.
CREATE TABLE transactions_forgotten (
  id STRING,
  why BYTES,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = '${sql_transactions_forget}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.group.id' = '${sql_engine}-${sql_transactions_forget}',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw', 'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY'
);

CREATE TABLE transactions_known (
  id STRING,
  body BYTES,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = '${sql_transactions_known}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'raw', 'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_transactions_known}'
);

-- What was set aside, by the reason in its headers.
CREATE TABLE transactions_set_aside (
  body BYTES,
  headers MAP<STRING, BYTES> METADATA VIRTUAL
) WITH (
  'connector' = 'kafka', 'topic' = '${sql_transactions_dlq}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.group.id' = '${sql_engine}-${sql_transactions_dlq}',
  'properties.isolation.level' = 'read_committed', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'raw'
);

CREATE TABLE transactions_malformed_counts (
  reason STRING,
  n BIGINT,
  PRIMARY KEY (reason) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = '${sql_transactions_malformed_counts}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'raw', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_transactions_malformed_counts}'
);

-- Whichever comes first, the transaction or the request to forget it, and however often both are read again, the id is not in
-- the table afterwards: a row that goes is a tombstone.
SET 'pipeline.name' = 'playstream-known';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '0 s';

BEGIN STATEMENT SET;

INSERT INTO transactions_known
SELECT passed.id, passed.body
FROM transactions_passed AS passed
LEFT JOIN transactions_forgotten AS forgotten ON passed.id = forgotten.id
WHERE forgotten.id IS NULL;

INSERT INTO transactions_malformed_counts
SELECT reason, COUNT(*)
FROM (SELECT COALESCE(DECODE(headers['dead-letter-error'], 'UTF-8'), 'NO_REASON') AS reason FROM transactions_set_aside)
GROUP BY reason;

END;
