-- Each id once, forever. Exact, but the state grows with every id, up to the memory of Flink.

-- Each copy with the time of the previous one, in the order of arrival, in which no record is late and none waits for a
-- watermark. In the order of the records' time, records older than the watermark would be dropped.
CREATE VIEW transactions_sights AS
SELECT
  *,
  LAG(counts_at) OVER by_id AS last_seen_at,
  FIRST_VALUE(counts_at) OVER by_id AS first_seen_at
FROM transactions_read
WHERE reason IS NULL
WINDOW by_id AS (PARTITION BY id ORDER BY seen);

-- The first copy has no previous one.
CREATE VIEW transactions_judged AS
SELECT *, last_seen_at IS NULL AS is_first
FROM transactions_sights;

-- The state never expires.
SET 'table.exec.state.ttl' = '0 s';
