-- Writes every transaction to one of three topics: passed, reported as a copy, or set aside. All three are one job, so
-- that a checkpoint covers all outputs or none, and so that they agree on which copy was first.
SET 'pipeline.name' = 'playstream-transactions';
SET 'table.local-time-zone' = 'UTC';

BEGIN STATEMENT SET;

INSERT INTO transactions_unique
SELECT id, body, headers, passes_at
FROM transactions_judged
WHERE is_first;

INSERT INTO transactions_duplicates
SELECT
  id,
  UNIX_TIMESTAMP(CAST(first_seen_at AS STRING)) * 1000 + EXTRACT(MILLISECOND FROM first_seen_at),
  UNIX_TIMESTAMP(CAST(counts_at AS STRING)) * 1000 + EXTRACT(MILLISECOND FROM counts_at),
  ROW('${transactions}', source_partition, source_offset),
  headers,
  passes_at
FROM transactions_judged
WHERE NOT is_first;

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
  passes_at
FROM transactions_read
WHERE reason IS NOT NULL;
END;
