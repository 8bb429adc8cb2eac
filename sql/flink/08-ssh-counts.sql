-- Failures in windows of ${ssh_window_minutes} minutes, by host and by address, where they are as many as an attack. A window
-- tells what it has so far once a minute, and not only at its end. The windows stand still where the processor's slide, so an
-- attack across the edge of two may be below the threshold in both. What is later than the watermark is in no window.

CREATE TABLE ssh_counts_by_host (
  host STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  failures BIGINT,
  attempts INT,
  addresses BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${sql_ssh_counts_by_host}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'json',
  'key.fields' = 'host;window_start',
  'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_ssh_counts_by_host}'
);

CREATE TABLE ssh_counts_by_address (
  address STRING,
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  failures BIGINT,
  attempts INT,
  hosts BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${sql_ssh_counts_by_address}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'json',
  'key.fields' = 'address;window_start',
  'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_ssh_counts_by_address}'
);

-- One job, which reads and matches each line once for all three outputs.
SET 'pipeline.name' = 'playstream-ssh';

BEGIN STATEMENT SET;

INSERT INTO ssh_attacks_enriched
SELECT host, pid, message, kind, attack_user, address, attempts, logged_at
FROM ssh_enriched;

INSERT INTO ssh_counts_by_host
SELECT host, window_start, window_end, COUNT(*), SUM(attempts), COUNT(DISTINCT address)
FROM TABLE(CUMULATE(
  TABLE ssh_enriched, DESCRIPTOR(logged_at), INTERVAL '1' MINUTE, INTERVAL '${ssh_window_minutes}' MINUTE
))
WHERE host IS NOT NULL
GROUP BY host, window_start, window_end
HAVING COUNT(*) >= ${ssh_threshold};

INSERT INTO ssh_counts_by_address
SELECT address, window_start, window_end, COUNT(*), SUM(attempts), COUNT(DISTINCT host)
FROM TABLE(CUMULATE(
  TABLE ssh_enriched, DESCRIPTOR(logged_at), INTERVAL '1' MINUTE, INTERVAL '${ssh_window_minutes}' MINUTE
))
WHERE address IS NOT NULL
GROUP BY address, window_start, window_end
HAVING COUNT(*) >= ${ssh_threshold};

END;
