-- Log lines of SSH daemons that report a failed attempt: the kinds of `ssh classify --mode normal` whose own line
-- contains an address and a user. The patterns avoid backslashes, which ksqlDB versions treat differently in a string,
-- and brackets inside of brackets, which Java reads as a nested class: a dot stands for the brackets that syslog and
-- sshd write.

-- A record's time is the shipping time.
CREATE STREAM PLAYSTREAM_LOGS (
  LOG_HOST VARCHAR KEY,
  `TIMESTAMP` BIGINT,
  HOST VARCHAR,
  APP VARCHAR,
  PID BIGINT,
  MESSAGE VARCHAR
) WITH (
  KAFKA_TOPIC = '${logs}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);

-- LOGGED_AT is the line's own time, because logs may be shipped hours or years later. A time ahead of the shipping time
-- is not trusted, and a line without a time gets its shipping time. A shipping time before the year 2000 is ignored.
-- MESSAGE loses syslog's repetition count, sshd's log level before it and the phase after it.
-- Keys that a client offers and the server refuses for an existing user are not attempts: ssh-agent offers all its
-- keys.
CREATE STREAM PLAYSTREAM_SSH_ATTACKS WITH (
  KAFKA_TOPIC = '${sql_ssh_attacks}', PARTITIONS = ${sql_ssh_attacks_partitions},
  RETENTION_MS = ${sql_ssh_attacks_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  LOG_HOST,
  CASE WHEN `TIMESTAMP` < ROWTIME OR ROWTIME < 946684800000 THEN `TIMESTAMP` ELSE ROWTIME END AS LOGGED_AT,
  HOST,
  PID,
  CASE
    WHEN REGEXP_EXTRACT('^message repeated [0-9]+ times: ', MESSAGE) IS NOT NULL
      THEN CAST(REGEXP_EXTRACT('^message repeated ([0-9]+) times: ', MESSAGE, 1) AS INT)
    ELSE 1
  END AS TIMES,
  REGEXP_REPLACE(CASE
    WHEN REGEXP_EXTRACT('^message repeated [0-9]+ times: ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^message repeated [0-9]+ times: . ?(.*).$', MESSAGE, 1)
    ELSE MESSAGE
  END, '^error: | .preauth.$', '') AS MESSAGE
FROM PLAYSTREAM_LOGS
WHERE APP IN ('sshd', 'sshd-session', 'sshd-auth')
  AND REGEXP_EXTRACT('^(?:message repeated [0-9]+ times: . ?)?(?:error: )?(?:Failed [^ ]+ for (?:invalid|illegal) user .* from |Failed (?!publickey )[^ ]+ for .* from |[Ii](?:nvalid|llegal) user .* from |PAM: .* for .* from |[Aa]uthentication (?:failure|error|failed) for .* from |maximum authentication attempts exceeded for .* from |ROOT LOGIN REFUSED FROM |User .* from [^ ]+ not allowed because (?:not listed in |listed in |not in any group|a group is listed in |none of user''s groups ))', MESSAGE) IS NOT NULL
EMIT CHANGES;
