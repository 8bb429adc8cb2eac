-- The content of each line: its kind, the attempted user, the address and the host. Each kind has its own pattern,
-- because a client chooses the user name and may write a fake address into it. For an unknown user, whose name the
-- client chose, the last address counts; for an existing user, the first.
CREATE STREAM PLAYSTREAM_SSH_ENRICHED WITH (
  KAFKA_TOPIC = '${sql_ssh_attacks_enriched}', PARTITIONS = ${sql_ssh_attacks_enriched_partitions},
  RETENTION_MS = ${sql_ssh_attacks_enriched_retention_ms}, KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  LOG_HOST,
  LOGGED_AT,
  HOST,
  PID,
  MESSAGE,
  CASE
    WHEN REGEXP_EXTRACT('^Failed ', MESSAGE) IS NOT NULL THEN 'failed-authentication'
    WHEN REGEXP_EXTRACT('^[Ii](?:nvalid|llegal) user ', MESSAGE) IS NOT NULL THEN 'invalid-user'
    WHEN REGEXP_EXTRACT('^maximum ', MESSAGE) IS NOT NULL THEN 'maximum-attempts'
    WHEN REGEXP_EXTRACT('^ROOT ', MESSAGE) IS NOT NULL THEN 'root-login-refused'
    WHEN REGEXP_EXTRACT('^User ', MESSAGE) IS NOT NULL THEN 'user-not-allowed'
    ELSE 'pam-error'
  END AS KIND,
  CASE
    WHEN REGEXP_EXTRACT('^Failed [^ ]+ for (?:invalid|illegal) user ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^Failed [^ ]+ for (?:invalid|illegal) user (.*) from [^ ]+ port [0-9]+', MESSAGE, 1)
    WHEN REGEXP_EXTRACT('^Failed ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^Failed [^ ]+ for (.*?) from [^ ]+ port [0-9]+', MESSAGE, 1)
    WHEN REGEXP_EXTRACT('^[Ii](?:nvalid|llegal) user ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^[Ii](?:nvalid|llegal) user (.*) from [^ ]+', MESSAGE, 1)
    WHEN REGEXP_EXTRACT('^maximum ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('exceeded for (?:(?:invalid|illegal) user )?(.*) from [^ ]+ port [0-9]+', MESSAGE, 1)
    WHEN REGEXP_EXTRACT('^ROOT ', MESSAGE) IS NOT NULL THEN 'root'
    WHEN REGEXP_EXTRACT('^User ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^User (.*) from [^ ]+ not allowed because ', MESSAGE, 1)
    ELSE REGEXP_EXTRACT('^.*? for (?:(?:invalid|illegal) user )?(.*) from [^ ]+', MESSAGE, 1)
  END AS ATTACK_USER,
  -- An IPv4 address written as an IPv6 address becomes the IPv4 address, so that a peer has one name.
  REGEXP_REPLACE(CASE
    WHEN REGEXP_EXTRACT('^Failed [^ ]+ for (?:invalid|illegal) user ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^Failed .* from ([^ ]+) port [0-9]+', MESSAGE, 1)
    WHEN REGEXP_EXTRACT('^Failed ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^Failed [^ ]+ for .*? from ([^ ]+) port [0-9]+', MESSAGE, 1)
    WHEN REGEXP_EXTRACT('^ROOT ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^ROOT LOGIN REFUSED FROM ([^ ]+)', MESSAGE, 1)
    WHEN REGEXP_EXTRACT('^User ', MESSAGE) IS NOT NULL
      THEN REGEXP_EXTRACT('^User .* from ([^ ]+) not allowed because ', MESSAGE, 1)
    ELSE REGEXP_EXTRACT('^.* from ([^ ]+)', MESSAGE, 1)
  END, '^::[Ff]{4}:(?=[0-9]+[.])', '') AS ADDRESS,
  -- sshd reports most attempts more than once. Only the line with an attempt's result counts.
  CASE WHEN REGEXP_EXTRACT('^Failed ', MESSAGE) IS NOT NULL THEN TIMES ELSE 0 END AS ATTEMPTS
FROM PLAYSTREAM_SSH_ATTACKS
EMIT CHANGES;
