-- Failures in tumbling windows of ${ssh_window_minutes} minutes, by host and by address, from the attack threshold on.
-- The processor's windows slide, so an attack across the edge of two windows may be below the threshold in both.

-- Each line emits the count of its window so far. Flink's own windows are emitted when the watermark has passed them:
-- the last window never, and nothing at all for a host whose lines are shipped hours after those of another. A GROUP BY
-- with HAVING would retract each count, with a tombstone, before it emits the next one.
CREATE TABLE ssh_counts_by_host (
  host STRING,
  window_start TIMESTAMP_LTZ(3),
  window_end TIMESTAMP_LTZ(3),
  failures BIGINT,
  attempts INT,
  addresses BIGINT,
  PRIMARY KEY (host, window_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = '${sql_ssh_counts_by_host}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'json', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_ssh_counts_by_host}'
);

CREATE TABLE ssh_counts_by_address (
  address STRING,
  window_start TIMESTAMP_LTZ(3),
  window_end TIMESTAMP_LTZ(3),
  failures BIGINT,
  attempts INT,
  hosts BIGINT,
  PRIMARY KEY (address, window_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = '${sql_ssh_counts_by_address}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'json', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_ssh_counts_by_address}'
);

CREATE VIEW ssh_windowed AS
SELECT *, TO_TIMESTAMP_LTZ(logged_at - MOD(logged_at, ${ssh_window_minutes} * 60000), 3) AS window_start
FROM ssh_enriched;

-- One job, which reads and matches each line once for all three outputs. The state of a window expires when none of its
-- lines has arrived for this long by the clock.
SET 'pipeline.name' = 'playstream-ssh';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '${ssh_state_hours} h';

BEGIN STATEMENT SET;

INSERT INTO ssh_attacks_enriched
SELECT host, pid, message, kind, attack_user, address, attempts, logged_at, shipped_at
FROM ssh_enriched;

INSERT INTO ssh_counts_by_host
SELECT host, window_start, window_start + INTERVAL '${ssh_window_minutes}' MINUTE, failures, tries, addresses
FROM (
  SELECT
    host,
    window_start,
    COUNT(*) OVER until_now AS failures,
    SUM(attempts) OVER until_now AS tries,
    COUNT(DISTINCT address) OVER until_now AS addresses
  FROM ssh_windowed
  WHERE host IS NOT NULL
  WINDOW until_now AS (PARTITION BY host, window_start ORDER BY seen)
)
WHERE failures >= ${ssh_threshold};

INSERT INTO ssh_counts_by_address
SELECT address, window_start, window_start + INTERVAL '${ssh_window_minutes}' MINUTE, failures, tries, hosts
FROM (
  SELECT
    address,
    window_start,
    COUNT(*) OVER until_now AS failures,
    SUM(attempts) OVER until_now AS tries,
    COUNT(DISTINCT host) OVER until_now AS hosts
  FROM ssh_windowed
  WHERE address IS NOT NULL
  WINDOW until_now AS (PARTITION BY address, window_start ORDER BY seen)
)
WHERE failures >= ${ssh_threshold};

END;
