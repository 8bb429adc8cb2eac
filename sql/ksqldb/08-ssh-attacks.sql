-- Log lines of SSH daemons that tell a failed attempt: the kinds of `ssh classify --mode normal` that name an address and
-- a user on their own line. No pattern has a backslash, which versions treat differently in a string, and no bracket inside
-- of brackets, which means a class within a class to Java: a dot stands for those that syslog and sshd write.

-- Its record is of when a line was shipped.
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

-- LOGGED_AT is when it happened, which the line says, for logs are shipped hours or years later; a clock that is ahead is not
-- believed, and a line without a time is of when it was shipped. A shipper without a clock (before the year 2000) has no say.
-- MESSAGE without syslog's count of repetitions around it, sshd's level before it and its mark of the phase behind it. Keys
-- that a client offers and the server refuses for a user that exists are no attempt: ssh-agent offers all it has.
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
