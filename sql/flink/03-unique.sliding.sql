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

-- No copy before it, or one that is so old that it counts no more.
CREATE VIEW transactions_judged AS
SELECT
  *,
  last_seen_at IS NULL OR sent_at >= last_seen_at + INTERVAL '${dedup_hours}' HOUR AS is_first
FROM transactions_sights;

-- The state of an id goes when no copy of it has come for this long by the clock: longer than what counts above, so that a
-- stream that runs late still finds it.
SET 'table.exec.state.ttl' = '${dedup_window_hours} h';
