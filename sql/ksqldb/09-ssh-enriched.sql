-- What each of those lines says: its kind, the user that was tried, from where, on which host. One pattern for each,
-- because a client may choose the name, and write what looks like an address into it. Of a user that there is not, and
-- whose name the client chose, the last address counts; of one that there is, the first.
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
  -- An IPv4 address that is written as an IPv6 one is the IPv4 address that it means: one peer has one name.
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
  -- sshd tells most attempts more than once. The line that says how one ended is the one that counts as it.
  CASE WHEN REGEXP_EXTRACT('^Failed ', MESSAGE) IS NOT NULL THEN TIMES ELSE 0 END AS ATTEMPTS
FROM PLAYSTREAM_SSH_ATTACKS
EMIT CHANGES;
