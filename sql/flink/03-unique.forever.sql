-- Each id once, for ever. Exact, and its state grows with every id: for as many as the memory of Flink holds.

-- Each sight of an id beside the one before it, in the order of arrival, for which nobody has to wait and in which nothing
-- comes too late; an order by the records' time would drop what is older than the watermark.
CREATE VIEW transactions_sights AS
SELECT
  *,
  LAG(counts_at) OVER by_id AS last_seen_at,
  FIRST_VALUE(counts_at) OVER by_id AS first_seen_at
FROM transactions_read
WHERE reason IS NULL
WINDOW by_id AS (PARTITION BY id ORDER BY seen);

-- The first sight has none before it.
CREATE VIEW transactions_judged AS
SELECT *, last_seen_at IS NULL AS is_first
FROM transactions_sights;

-- State is kept for ever.
SET 'table.exec.state.ttl' = '0 s';
