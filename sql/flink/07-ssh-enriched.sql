-- What each of those lines says: its kind, the user that was tried, from where, on which host. One pattern for each,
-- because a client may choose the name, and write what looks like an address into it. Of a user that there is not, and
-- whose name the client chose, the last address counts; of one that there is, the first.
CREATE VIEW ssh_enriched AS
SELECT
  logged_at,
  shipped_at,
  seen,
  host,
  pid,
  message,
  CASE
    WHEN REGEXP(message, '^Failed ') THEN 'failed-authentication'
    WHEN REGEXP(message, '^[Ii](?:nvalid|llegal) user ') THEN 'invalid-user'
    WHEN REGEXP(message, '^maximum ') THEN 'maximum-attempts'
    WHEN REGEXP(message, '^ROOT ') THEN 'root-login-refused'
    WHEN REGEXP(message, '^User ') THEN 'user-not-allowed'
    ELSE 'pam-error'
  END AS kind,
  CASE
    WHEN REGEXP(message, '^Failed [^ ]+ for (?:invalid|illegal) user ')
      THEN REGEXP_EXTRACT(message, '^Failed [^ ]+ for (?:invalid|illegal) user (.*) from [^ ]+ port [0-9]+', 1)
    WHEN REGEXP(message, '^Failed ')
      THEN REGEXP_EXTRACT(message, '^Failed [^ ]+ for (.*?) from [^ ]+ port [0-9]+', 1)
    WHEN REGEXP(message, '^[Ii](?:nvalid|llegal) user ')
      THEN REGEXP_EXTRACT(message, '^[Ii](?:nvalid|llegal) user (.*) from [^ ]+', 1)
    WHEN REGEXP(message, '^maximum ')
      THEN REGEXP_EXTRACT(message, 'exceeded for (?:(?:invalid|illegal) user )?(.*) from [^ ]+ port [0-9]+', 1)
    WHEN REGEXP(message, '^ROOT ') THEN 'root'
    WHEN REGEXP(message, '^User ')
      THEN REGEXP_EXTRACT(message, '^User (.*) from [^ ]+ not allowed because ', 1)
    ELSE REGEXP_EXTRACT(message, '^.*? for (?:(?:invalid|illegal) user )?(.*) from [^ ]+', 1)
  END AS attack_user,
  -- An IPv4 address that is written as an IPv6 one is the IPv4 address that it means: one peer has one name.
  REGEXP_REPLACE(CASE
    WHEN REGEXP(message, '^Failed [^ ]+ for (?:invalid|illegal) user ')
      THEN REGEXP_EXTRACT(message, '^Failed .* from ([^ ]+) port [0-9]+', 1)
    WHEN REGEXP(message, '^Failed ')
      THEN REGEXP_EXTRACT(message, '^Failed [^ ]+ for .*? from ([^ ]+) port [0-9]+', 1)
    WHEN REGEXP(message, '^ROOT ')
      THEN REGEXP_EXTRACT(message, '^ROOT LOGIN REFUSED FROM ([^ ]+)', 1)
    WHEN REGEXP(message, '^User ')
      THEN REGEXP_EXTRACT(message, '^User .* from ([^ ]+) not allowed because ', 1)
    ELSE REGEXP_EXTRACT(message, '^.* from ([^ ]+)', 1)
  END, '^::[Ff]{4}:(?=[0-9]+[.])', '') AS address,
  -- sshd tells most attempts more than once. The line that says how one ended is the one that counts as it.
  CASE WHEN REGEXP(message, '^Failed ') THEN times ELSE 0 END AS attempts
FROM ssh_attacks;

CREATE TABLE ssh_attacks_enriched (
  host STRING,
  pid BIGINT,
  message STRING,
  kind STRING,
  attack_user STRING,
  address STRING,
  attempts INT,
  logged_at BIGINT,
  shipped_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${sql_ssh_attacks_enriched}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'raw', 'key.fields' = 'host', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_ssh_attacks_enriched}'
);
