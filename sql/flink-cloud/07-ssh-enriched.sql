-- The content of each line: its kind, the attempted user, the address and the host. Each kind has its own pattern,
-- because a client chooses the user name and may write a fake address into it. For an unknown user, whose name the
-- client chose, the last address counts; for an existing user, the first.
CREATE VIEW `playstream-ssh-enriched` AS
SELECT
  logged_at,
  shipped_at,
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
  -- An IPv4 address written as an IPv6 address becomes the IPv4 address, so that a peer has one name.
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
  -- sshd reports most attempts more than once. Only the line with an attempt's result counts.
  CASE WHEN REGEXP(message, '^Failed ') THEN times ELSE 0 END AS attempts
FROM `playstream-ssh-attacks`;

INSERT INTO `${sql_ssh_attacks_enriched}` (`key`, val)
SELECT
  ENCODE(host, 'UTF-8'),
  ENCODE(JSON_OBJECT(
    'host' VALUE host,
    'pid' VALUE pid,
    'message' VALUE message,
    'kind' VALUE kind,
    'attack_user' VALUE attack_user,
    'address' VALUE address,
    'attempts' VALUE attempts,
    'logged_at' VALUE logged_at
  ), 'UTF-8')
FROM `playstream-ssh-enriched`;
