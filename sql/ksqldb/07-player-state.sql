-- The latest health and position of each player, like the processor player-state.

-- Both types of event come from one Avro topic, whose schema is a union by reference. ksqlDB reads a union as one
-- STRUCT for each branch, named after it, all but one NULL; a registry client that takes the branch for the schema
-- returns the fields directly. Columns without data are NULL, so both readings are declared, and the next step takes
-- the one that has data.
CREATE STREAM PLAYSTREAM_GAME_EVENTS (
  PLAYER_KEY VARCHAR KEY,
  PLAYERHEALTH STRUCT<PLAYER_ID VARCHAR, HEALTH INT, `TIMESTAMP` TIMESTAMP>,
  PLAYERPOSITION STRUCT<PLAYER_ID VARCHAR, X DOUBLE, Y DOUBLE, `TIMESTAMP` TIMESTAMP>,
  HEALTH INT,
  X DOUBLE,
  Y DOUBLE,
  `TIMESTAMP` TIMESTAMP
) WITH (
  KAFKA_TOPIC = '${game_events}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'AVRO'
);

-- The last event wins, not the one with the largest timestamp: a player's events are in one partition, in the order in
-- which they were sent, and already keyed by player, so nothing is repartitioned. LATEST_BY_OFFSET ignores NULLs, so an
-- event of one type keeps the columns of the other. The names in backticks are the JSON fields' own.
CREATE TABLE PLAYSTREAM_PLAYER_STATE WITH (
  KAFKA_TOPIC = '${sql_player_state}', PARTITIONS = ${sql_player_state_partitions},
  KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
) AS SELECT
  PLAYER_KEY,
  AS_VALUE(PLAYER_KEY) AS `player_id`,
  LATEST_BY_OFFSET(COALESCE(PLAYERHEALTH->HEALTH, HEALTH)) AS `health`,
  LATEST_BY_OFFSET(CASE
    WHEN PLAYERHEALTH->HEALTH IS NOT NULL THEN UNIX_TIMESTAMP(PLAYERHEALTH->`TIMESTAMP`)
    WHEN HEALTH IS NOT NULL THEN UNIX_TIMESTAMP(`TIMESTAMP`)
  END) AS `health_at`,
  LATEST_BY_OFFSET(COALESCE(PLAYERPOSITION->X, X)) AS `x`,
  LATEST_BY_OFFSET(COALESCE(PLAYERPOSITION->Y, Y)) AS `y`,
  LATEST_BY_OFFSET(CASE
    WHEN PLAYERPOSITION->X IS NOT NULL THEN UNIX_TIMESTAMP(PLAYERPOSITION->`TIMESTAMP`)
    WHEN X IS NOT NULL THEN UNIX_TIMESTAMP(`TIMESTAMP`)
  END) AS `position_at`
FROM PLAYSTREAM_GAME_EVENTS
GROUP BY PLAYER_KEY
EMIT CHANGES;
