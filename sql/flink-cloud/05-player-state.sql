-- The latest health and position of each player, like the processor player-state.

-- A value in no schema would end the statement; with this setting it goes to Confluent's own table of errors.
ALTER TABLE `${game_events}` SET ('error-handling.mode' = 'log');

-- A union by reference is read as one ROW for each type of event, named after the type; all but one are NULL.
CREATE VIEW `playstream-game-events` AS
SELECT
  COALESCE(`PlayerHealth`.player_id, `PlayerPosition`.player_id) AS player_id,
  `PlayerHealth`.health AS health,
  `PlayerPosition`.x AS x,
  `PlayerPosition`.y AS y,
  CAST(COALESCE(`PlayerHealth`.`timestamp`, `PlayerPosition`.`timestamp`) AS TIMESTAMP_LTZ(3)) AS happened_at,
  `$rowtime` AS sent_at
FROM `${game_events}`;

-- The last event wins in the order of the records' times, because there is no processing time. LAST_VALUE ignores
-- NULLs, so an event of one type keeps the columns of the other.
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
