-- Each id once: a copy less than ${dedup_hours} hours after the last one is a duplicate, and renews them, as with
-- `dedup run --mode sliding`. The hours are counted in the records' own time, so that a replay gives the same answer.

-- Each sight of an id beside the one before it. The order is that of arrival, for which nobody has to wait and in which
-- nothing comes too late; an order by the records' time would drop what is older than the watermark.
CREATE VIEW transactions_sights AS
SELECT
  *,
  LAG(sent_at) OVER by_id AS last_seen_at,
  FIRST_VALUE(sent_at) OVER by_id AS first_seen_at
FROM transactions_read
WHERE reason IS NULL
WINDOW by_id AS (PARTITION BY id ORDER BY seen);

-- One job, so that a checkpoint holds all three outputs or none. The state of an id goes when no copy of it has come for
-- this long by the clock: longer than what counts above, so that a stream that runs late still finds it.
SET 'pipeline.name' = 'playstream-transactions';
SET 'table.exec.state.ttl' = '${dedup_window_hours} h';

BEGIN STATEMENT SET;

INSERT INTO transactions_unique
SELECT id, body, headers, sent_at
FROM transactions_sights
WHERE last_seen_at IS NULL OR sent_at >= last_seen_at + INTERVAL '${dedup_hours}' HOUR;

INSERT INTO transactions_duplicates
SELECT
  id,
  UNIX_TIMESTAMP(CAST(first_seen_at AS STRING)) * 1000 + EXTRACT(MILLISECOND FROM first_seen_at),
  UNIX_TIMESTAMP(CAST(sent_at AS STRING)) * 1000 + EXTRACT(MILLISECOND FROM sent_at),
  ROW('${transactions}', source_partition, source_offset),
  headers,
  sent_at
FROM transactions_sights
WHERE sent_at < last_seen_at + INTERVAL '${dedup_hours}' HOUR;

INSERT INTO transactions_malformed
SELECT
  body,
  MAP_UNION(headers, MAP[
    'dead-letter-topic', ENCODE('${transactions}', 'UTF-8'),
    'dead-letter-partition', ENCODE(CAST(source_partition AS STRING), 'UTF-8'),
    'dead-letter-offset', ENCODE(CAST(source_offset AS STRING), 'UTF-8'),
    'dead-letter-processor', ENCODE('playstream-transactions', 'UTF-8'),
    'dead-letter-error', ENCODE(reason, 'UTF-8')
  ]),
  sent_at
FROM transactions_read
WHERE reason IS NOT NULL;
END;
