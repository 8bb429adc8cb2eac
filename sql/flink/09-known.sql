-- The transaction of each id for lookups and joins, without forgotten ids; and the number of malformed transactions. It
-- is its own job: its state never expires, and the state of the transactions job does after some hours.

-- The passed transactions as a table: if an id has passed twice, the second one.
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

-- A request to forget an id is a record with the id as its key; the value gives the reason. No job writes this topic,
-- so it survives every apply and drop.
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

-- The transactions that were set aside, with the reason in the headers.
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

-- Whichever comes first, the transaction or the request to forget it, and however often both are read again, the id is
-- not in the table afterwards: a removed row is a tombstone.
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
