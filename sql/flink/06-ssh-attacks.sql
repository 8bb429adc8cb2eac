-- Log lines of SSH daemons that report a failed attempt: the kinds of `ssh classify --mode normal` whose own line
-- contains an address and a user. A test keeps the patterns equal to those of the ksqlDB scripts.

-- A record's time is the shipping time. A line that is not JSON has no app, and so is not an attack.
CREATE TABLE logs (
  `timestamp` BIGINT,
  host STRING,
  app STRING,
  pid BIGINT,
  message STRING,
  sent_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  seen AS PROCTIME()
) WITH (
  'connector' = 'kafka', 'topic' = '${logs}',
  'properties.bootstrap.servers' = '${bootstrap_servers}', 'properties.group.id' = '${sql_engine}-${logs}',
  'properties.isolation.level' = 'read_committed', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json', 'value.json.ignore-parse-errors' = 'true'
);

-- The shipping time, if it is plausible: a time ahead of this clock or before the year 2000 is replaced by the current
-- time.
CREATE VIEW logs_timed AS
SELECT
  `timestamp`,
  host,
  app,
  pid,
  message,
  CASE WHEN sent_at >= TO_TIMESTAMP_LTZ(946684800000, 3) AND sent_at < now_at THEN sent_at ELSE now_at END AS shipped_at,
  seen
FROM (SELECT *, CAST(seen AS TIMESTAMP_LTZ(3)) AS now_at FROM logs);

-- logged_at is the line's own time, because logs may be shipped hours or years later. A time ahead of the shipping time
-- is not trusted, and a line without a time gets its shipping time.
-- The message loses syslog's repetition count, sshd's log level before it and the phase after it.
-- Keys that a client offers and the server refuses for an existing user are not attempts: ssh-agent offers all its
-- keys.
CREATE VIEW ssh_attacks AS
SELECT
  CASE WHEN `timestamp` < shipped_ms THEN `timestamp` ELSE shipped_ms END AS logged_at,
  shipped_at,
  seen,
  host,
  pid,
  CASE
    WHEN REGEXP(message, '^message repeated [0-9]+ times: ')
      THEN CAST(REGEXP_EXTRACT(message, '^message repeated ([0-9]+) times: ', 1) AS INT)
    ELSE 1
  END AS times,
  REGEXP_REPLACE(CASE
    WHEN REGEXP(message, '^message repeated [0-9]+ times: ')
      THEN REGEXP_EXTRACT(message, '^message repeated [0-9]+ times: . ?(.*).$', 1)
    ELSE message
  END, '^error: | .preauth.$', '') AS message
FROM (
  SELECT
    *,
    UNIX_TIMESTAMP(CAST(shipped_at AS STRING)) * 1000 + EXTRACT(MILLISECOND FROM shipped_at) AS shipped_ms
  FROM logs_timed
)
WHERE app IN ('sshd', 'sshd-session', 'sshd-auth')
  AND REGEXP(message, '^(?:message repeated [0-9]+ times: . ?)?(?:error: )?(?:Failed [^ ]+ for (?:invalid|illegal) user .* from |Failed (?!publickey )[^ ]+ for .* from |[Ii](?:nvalid|llegal) user .* from |PAM: .* for .* from |[Aa]uthentication (?:failure|error|failed) for .* from |maximum authentication attempts exceeded for .* from |ROOT LOGIN REFUSED FROM |User .* from [^ ]+ not allowed because (?:not listed in |listed in |not in any group|a group is listed in |none of user''s groups ))');
