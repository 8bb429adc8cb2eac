-- The latest health and position of each player, as the processor player-state keeps them.

-- A value that is in no schema would end the statement; with this it is named in Confluent's own table of errors.
ALTER TABLE `${game_events}` SET ('error-handling.mode' = 'log');

-- A union by reference is read as a ROW for each type of event, named after it, all but one NULL.
CREATE VIEW `playstream-game-events` AS
SELECT
  COALESCE(`PlayerHealth`.player_id, `PlayerPosition`.player_id) AS player_id,
  `PlayerHealth`.health AS health,
  `PlayerPosition`.x AS x,
  `PlayerPosition`.y AS y,
  CAST(COALESCE(`PlayerHealth`.`timestamp`, `PlayerPosition`.`timestamp`) AS TIMESTAMP_LTZ(3)) AS happened_at,
  `$rowtime` AS sent_at
FROM `${game_events}`;

-- The last event counts in the order of the records' times, for there is no processing time. LAST_VALUE passes NULLs over, so an event
-- of one type leaves what is known from the other.
INSERT INTO `${sql_player_state}` (`key`, val)
SELECT
  ENCODE(player_id, 'UTF-8'),
  ENCODE(JSON_OBJECT(
    'player_id' VALUE player_id,
    'health' VALUE LAST_VALUE(health) OVER until_now,
    'health_at' VALUE LAST_VALUE(CASE WHEN health IS NOT NULL THEN at_ms END) OVER until_now,
    'x' VALUE LAST_VALUE(x) OVER until_now,
    'y' VALUE LAST_VALUE(y) OVER until_now,
    'position_at' VALUE LAST_VALUE(CASE WHEN x IS NOT NULL THEN at_ms END) OVER until_now
  ), 'UTF-8')
FROM (
  SELECT *, UNIX_TIMESTAMP(CAST(happened_at AS STRING)) * 1000 + EXTRACT(MILLISECOND FROM happened_at) AS at_ms
  FROM `playstream-game-events`
)
WHERE player_id IS NOT NULL
WINDOW until_now AS (PARTITION BY player_id ORDER BY sent_at);
