-- Each id once: a copy less than ${dedup_hours} hours after the newest one is a duplicate, and renews them, as with
-- `dedup run --mode sliding`. The hours are counted in the records' own time, so that a replay gives the same answer.

-- Each sight of an id beside the newest one until then. The order is that of arrival, for which nobody has to wait and in
-- which nothing comes too late; an order by the records' time would drop what is older than the watermark.
CREATE VIEW transactions_sights AS
SELECT *, MAX(counts_at) OVER (PARTITION BY id ORDER BY seen) AS newest_at
FROM transactions_read
WHERE reason IS NULL;

-- None before it, or only such that are so old that they count no more. It is the newest of those *before* it that tells, and
-- Flink's windows end with the row itself.
CREATE VIEW transactions_told AS
SELECT
  *,
  newest_before IS NULL OR counts_at >= newest_before + INTERVAL '${dedup_hours}' HOUR AS is_first
FROM (SELECT *, LAG(newest_at) OVER (PARTITION BY id ORDER BY seen) AS newest_before FROM transactions_sights);

-- Of a copy, which one has passed.
CREATE VIEW transactions_judged AS
SELECT *, LAST_VALUE(CASE WHEN is_first THEN counts_at END) OVER (PARTITION BY id ORDER BY seen) AS first_seen_at
FROM transactions_told;

-- The state of an id goes when no copy of it has come for this long by the clock: longer than what counts above, so that a
-- stream that runs late still finds it.
SET 'table.exec.state.ttl' = '${dedup_window_hours} h';
