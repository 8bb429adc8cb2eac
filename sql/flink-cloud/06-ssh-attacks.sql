-- Log lines of SSH daemons that report a failed attempt: the kinds of `ssh classify --mode normal` whose own line
-- contains an address and a user. A test keeps the patterns equal to those of the open-source Flink script.

-- The topic has no schema, so its values are bytes. A line that is not JSON has no app, and so is not an attack.
CREATE VIEW `playstream-logs` AS
SELECT
  TRY_CAST(JSON_VALUE(line, '$.timestamp') AS BIGINT) AS `timestamp`,
  JSON_VALUE(line, '$.host') AS host,
  JSON_VALUE(line, '$.app') AS app,
  TRY_CAST(JSON_VALUE(line, '$.pid') AS BIGINT) AS pid,
  JSON_VALUE(line, '$.message') AS message,
  shipped_at
FROM (SELECT DECODE(val, 'UTF-8') AS line, `$rowtime` AS shipped_at FROM `${logs}`);

-- logged_at is the line's own time, because logs may be shipped hours or years later. A time ahead of the shipping time
-- is not trusted, and a line without a time gets its shipping time.
-- The message loses syslog's repetition count, sshd's log level before it and the phase after it.
-- Keys that a client offers and the server refuses for an existing user are not attempts: ssh-agent offers all its
-- keys.
CREATE VIEW `playstream-ssh-attacks` AS
SELECT
  CASE WHEN `timestamp` < shipped_ms THEN `timestamp` ELSE shipped_ms END AS logged_at,
  shipped_at,
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
  FROM `playstream-logs`
)
WHERE app IN ('sshd', 'sshd-session', 'sshd-auth')
  AND REGEXP(message, '^(?:message repeated [0-9]+ times: . ?)?(?:error: )?(?:Failed [^ ]+ for (?:invalid|illegal) user .* from |Failed (?!publickey )[^ ]+ for .* from |[Ii](?:nvalid|llegal) user .* from |PAM: .* for .* from |[Aa]uthentication (?:failure|error|failed) for .* from |maximum authentication attempts exceeded for .* from |ROOT LOGIN REFUSED FROM |User .* from [^ ]+ not allowed because (?:not listed in |listed in |not in any group|a group is listed in |none of user''s groups ))');
