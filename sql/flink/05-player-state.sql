-- The latest health and position of each player, like the processor player-state.

-- Both types of event come from one Avro topic, whose schema is a union by reference. They are read as one flat table,
-- in which the columns of the other type are NULL; a ROW for each branch would silently be read as NULL.
-- A value in no schema would end the job, again at each restart: Flink's own Avro formats cannot skip it. The format
-- avro-confluent-checked (java/playstream/flink) returns it as a row, with the reason and the bytes.
CREATE TABLE game_events (
  player_id STRING,
  health INT,
  x DOUBLE,
  y DOUBLE,
  `timestamp` TIMESTAMP(3),
  reason STRING,
  body BYTES,
  headers MAP<STRING, BYTES> METADATA,
  sent_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  source_partition INT METADATA FROM 'partition' VIRTUAL,
  source_offset BIGINT METADATA FROM 'offset' VIRTUAL,
  seen AS PROCTIME()
) WITH (
  'connector' = 'kafka', 'topic' = '${game_events}',
  'properties.bootstrap.servers' = '${bootstrap_servers}', 'properties.group.id' = '${sql_engine}-${game_events}',
  'properties.isolation.level' = 'read_committed', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'avro-confluent-checked', 'value.avro-confluent-checked.url' = '${registry_url}'
);

-- A value in no schema is set aside unchanged, with the usual dead-letter headers.
CREATE TABLE game_events_unreadable (
  body BYTES,
  headers MAP<STRING, BYTES> METADATA,
  sent_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'
) WITH (
  'connector' = 'kafka', 'topic' = '${sql_game_events_dlq}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'value.format' = 'raw',
  'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = '${sql_engine}-${sql_game_events_dlq}'
);

-- The latest state of a key replaces the previous one.
CREATE TABLE player_state (
  player_id STRING,
  health INT,
  health_at BIGINT,
  x DOUBLE,
  y DOUBLE,
  position_at BIGINT,
  PRIMARY KEY (player_id) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = '${sql_player_state}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '${flink_transaction_timeout_ms}',
  'key.format' = 'raw', 'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = '${sql_engine}-${sql_player_state}'
);

-- The last event wins, not the one with the largest timestamp: a player's events are in one partition, in the order in
-- which they were sent. LAST_VALUE ignores NULLs, so an event of one type keeps the columns of the other. The state
-- never expires: it has one entry for each player.
SET 'pipeline.name' = 'playstream-player-state';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '0 s';

BEGIN STATEMENT SET;

INSERT INTO player_state
SELECT
  player_id,
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
  WHERE reason IS NULL
)
GROUP BY player_id;

INSERT INTO game_events_unreadable
SELECT
  body,
  MAP_UNION(headers, MAP[
    'dead-letter-topic', ENCODE('${game_events}', 'UTF-8'),
    'dead-letter-partition', ENCODE(CAST(source_partition AS STRING), 'UTF-8'),
    'dead-letter-offset', ENCODE(CAST(source_offset AS STRING), 'UTF-8'),
    'dead-letter-processor', ENCODE('playstream-player-state', 'UTF-8'),
    'dead-letter-error', ENCODE(reason, 'UTF-8')
  ]),
  -- A time that the producer's client or the broker refuses would end the job.
  CASE
    WHEN sent_at >= TO_TIMESTAMP_LTZ(946684800000, 3) AND sent_at <= CAST(seen AS TIMESTAMP_LTZ(3)) + INTERVAL '1' HOUR
      THEN sent_at
    ELSE CAST(seen AS TIMESTAMP_LTZ(3))
  END
FROM game_events
WHERE reason IS NOT NULL;

END;
