-- Failures in tumbling windows of ${ssh_window_minutes} minutes, by host and by address, from the attack threshold on.
-- No row falls below the threshold again, because counts of a window only grow. The processor's windows slide, so an
-- attack across the edge of two windows may be below the threshold in both.

-- The same lines by their own time. Only this stream uses it: in the topics, including those of the counts, records
-- have the broker's time, by which retention works. So a log of last winter is counted now, and its counts are kept as
-- long as others.
CREATE STREAM PLAYSTREAM_SSH_FAILURES (
  LOG_HOST VARCHAR KEY,
  LOGGED_AT BIGINT,
  HOST VARCHAR,
  ADDRESS VARCHAR,
  ATTEMPTS INT
) WITH (
  KAFKA_TOPIC = '${sql_ssh_attacks_enriched}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON', TIMESTAMP = 'LOGGED_AT'
);

CREATE TABLE PLAYSTREAM_SSH_COUNTS_BY_HOST WITH (
  KAFKA_TOPIC = '${sql_ssh_counts_by_host}', PARTITIONS = ${sql_ssh_counts_by_host_partitions},
  RETENTION_MS = ${sql_ssh_counts_by_host_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  HOST,
  AS_VALUE(HOST) AS ATTACKED_HOST,
  COUNT(*) AS FAILURES,
  SUM(ATTEMPTS) AS ATTEMPTS,
  COUNT_DISTINCT(ADDRESS) AS ADDRESSES
FROM PLAYSTREAM_SSH_FAILURES
WINDOW TUMBLING (
  SIZE ${ssh_window_minutes} MINUTES, RETENTION 1 DAYS, GRACE PERIOD ${ssh_grace_minutes} MINUTES
)
GROUP BY HOST
HAVING COUNT(*) >= ${ssh_threshold}
EMIT CHANGES;

CREATE TABLE PLAYSTREAM_SSH_COUNTS_BY_ADDRESS WITH (
  KAFKA_TOPIC = '${sql_ssh_counts_by_address}', PARTITIONS = ${sql_ssh_counts_by_address_partitions},
  RETENTION_MS = ${sql_ssh_counts_by_address_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  ADDRESS,
  AS_VALUE(ADDRESS) AS ATTACKER,
  COUNT(*) AS FAILURES,
  SUM(ATTEMPTS) AS ATTEMPTS,
  COUNT_DISTINCT(HOST) AS HOSTS
FROM PLAYSTREAM_SSH_FAILURES
WINDOW TUMBLING (
  SIZE ${ssh_window_minutes} MINUTES, RETENTION 1 DAYS, GRACE PERIOD ${ssh_grace_minutes} MINUTES
)
GROUP BY ADDRESS
HAVING COUNT(*) >= ${ssh_threshold}
EMIT CHANGES;
