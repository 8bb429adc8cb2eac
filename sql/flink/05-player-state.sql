-- The latest health and position of each player, as the processor player-state keeps them.

-- Both types of event from one Avro topic, whose schema is a union by reference: read as one flat table in which the
-- columns of the other type are NULL. A ROW for each branch would read NULL in silence.
CREATE TABLE game_events (
  player_key STRING,
  health INT,
  x DOUBLE,
  y DOUBLE,
  `timestamp` TIMESTAMP(3)
) WITH (
  'connector' = 'kafka',
  'topic' = '${game_events}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.group.id' = '${sql_engine}-${game_events}',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'raw',
  'key.fields' = 'player_key',
  'value.format' = 'avro-confluent',
  'value.avro-confluent.url' = '${registry_url}',
  'value.fields-include' = 'EXCEPT_KEY'
);

-- The latest state of a key replaces the one before it.
CREATE TABLE player_state (
  player_id STRING,
  health INT,
  health_at BIGINT,
  x DOUBLE,
  y DOUBLE,
  position_at BIGINT,
  PRIMARY KEY (player_id) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${sql_player_state}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'raw',
  'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = '${sql_engine}-${sql_player_state}'
);

-- The last event counts, not the one with the largest timestamp: a player's lie in one partition in the order in which
-- they were sent. LAST_VALUE passes NULLs over, so an event of one type leaves what is known from the other. The state is
-- kept: there is one entry for each player.
SET 'pipeline.name' = 'playstream-player-state';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '0 s';

INSERT INTO player_state
SELECT
  player_key,
  LAST_VALUE(health),
  LAST_VALUE(CASE WHEN health IS NOT NULL THEN at_ms END),
  LAST_VALUE(x),
  LAST_VALUE(y),
  LAST_VALUE(CASE WHEN x IS NOT NULL THEN at_ms END)
FROM (
  SELECT
    *,
    UNIX_TIMESTAMP(CAST(`timestamp` AS STRING)) * 1000 + EXTRACT(MILLISECOND FROM `timestamp`) AS at_ms
  FROM game_events
)
GROUP BY player_key;
