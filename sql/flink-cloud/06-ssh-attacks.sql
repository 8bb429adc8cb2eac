-- Log lines of SSH daemons that tell a failed attempt: the kinds of `ssh classify --mode normal` that name an address and
-- a user on their own line. The patterns are those of open-source Flink's script; a test holds them to that.

-- The topic has no schema, so its values are bytes. A line that is no JSON has no app, and is no attack.
CREATE VIEW `playstream-logs` AS
SELECT
  TRY_CAST(JSON_VALUE(line, '$.timestamp') AS BIGINT) AS `timestamp`,
  JSON_VALUE(line, '$.host') AS host,
  JSON_VALUE(line, '$.app') AS app,
  TRY_CAST(JSON_VALUE(line, '$.pid') AS BIGINT) AS pid,
  JSON_VALUE(line, '$.message') AS message,
  shipped_at
FROM (SELECT DECODE(val, 'UTF-8') AS line, `$rowtime` AS shipped_at FROM `${logs}`);

-- It happened when the line says it was written, for logs are shipped hours or years later; a clock that is ahead is not
-- believed, and a line without a time is of when it was shipped.
-- The message without syslog's count of repetitions around it, sshd's level before it and its mark of the phase behind it.
-- Keys that a client offers and the server refuses for a user that exists are no attempt: ssh-agent offers all it has.
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
