-- Failures in windows of ${ssh_window_minutes} minutes, by host and by address, from the attack threshold on. Each line
-- emits the count of its window so far, by the line's own time; compaction keeps the last value of each key.
CREATE VIEW `playstream-ssh-windowed` AS
SELECT *, TO_TIMESTAMP_LTZ(logged_at - MOD(logged_at, ${ssh_window_minutes} * 60000), 3) AS window_start
FROM `playstream-ssh-enriched`;

INSERT INTO `${sql_ssh_counts_by_host}` (`key`, val)
SELECT
  ENCODE(JSON_OBJECT('host' VALUE host, 'window_start' VALUE CAST(window_start AS STRING)), 'UTF-8'),
  ENCODE(JSON_OBJECT(
    'host' VALUE host,
    'window_start' VALUE CAST(window_start AS STRING),
    'window_end' VALUE CAST(window_start + INTERVAL '${ssh_window_minutes}' MINUTE AS STRING),
    'failures' VALUE failures,
    'attempts' VALUE tries,
    'addresses' VALUE addresses
  ), 'UTF-8')
FROM (
  SELECT
    host,
    window_start,
    COUNT(*) OVER until_now AS failures,
    SUM(attempts) OVER until_now AS tries,
    COUNT(DISTINCT address) OVER until_now AS addresses
  FROM `playstream-ssh-windowed`
  WHERE host IS NOT NULL
  WINDOW until_now AS (PARTITION BY host, window_start ORDER BY shipped_at)
)
WHERE failures >= ${ssh_threshold};

INSERT INTO `${sql_ssh_counts_by_address}` (`key`, val)
SELECT
  ENCODE(JSON_OBJECT('address' VALUE address, 'window_start' VALUE CAST(window_start AS STRING)), 'UTF-8'),
  ENCODE(JSON_OBJECT(
    'address' VALUE address,
    'window_start' VALUE CAST(window_start AS STRING),
    'window_end' VALUE CAST(window_start + INTERVAL '${ssh_window_minutes}' MINUTE AS STRING),
    'failures' VALUE failures,
    'attempts' VALUE tries,
    'hosts' VALUE hosts
  ), 'UTF-8')
FROM (
  SELECT
    address,
    window_start,
    COUNT(*) OVER until_now AS failures,
    SUM(attempts) OVER until_now AS tries,
    COUNT(DISTINCT host) OVER until_now AS hosts
  FROM `playstream-ssh-windowed`
  WHERE address IS NOT NULL
  WINDOW until_now AS (PARTITION BY address, window_start ORDER BY shipped_at)
)
WHERE failures >= ${ssh_threshold};
