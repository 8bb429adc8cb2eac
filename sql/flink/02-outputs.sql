-- The output topics: each transaction goes to one of these three, in Kafka transactions that are committed when a
-- checkpoint is complete. A transaction must outlive a restart of Flink, and may last no longer than the broker allows.

-- A passing transaction is the client's own text, byte for byte, with its headers and its time, keyed by its plain id.
CREATE TABLE transactions_unique (
  id STRING,
  body BYTES,
  headers MAP<STRING, BYTES> METADATA,
  sent_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${sql_transactions_unique}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'raw', 'key.fields' = 'id', 'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_transactions_unique}'
);

-- The suppressed copies, in the format of the Node processor.
CREATE TABLE transactions_duplicates (
  id STRING,
  `firstSeenAt` BIGINT,
  `seenAgainAt` BIGINT,
  source ROW<topic STRING, `partition` INT, `offset` BIGINT>,
  headers MAP<STRING, BYTES> METADATA,
  sent_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${sql_transactions_duplicates}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'raw', 'key.fields' = 'id', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_transactions_duplicates}'
);

-- A transaction without an id is set aside unchanged, with the reason in its headers: it never passes and is never lost
-- silently.
CREATE TABLE transactions_malformed (
  body BYTES,
  headers MAP<STRING, BYTES> METADATA,
  sent_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${sql_transactions_dlq}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'value.format' = 'raw',
  'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = '${sql_engine}-${sql_transactions_dlq}'
);
