-- Each id once: a copy less than ${dedup_hours} hours after the newest one is a duplicate, and extends the retention,
-- as with `dedup run --mode sliding`. The hours are counted in the records' own time, so that a replay gives the same
-- result.

-- Each copy with the newest time so far, in the order of arrival, in which no record is late and none waits for a
-- watermark. In the order of the records' time, records older than the watermark would be dropped.
CREATE VIEW transactions_sights AS
SELECT *, MAX(counts_at) OVER (PARTITION BY id ORDER BY seen) AS newest_at
FROM transactions_read
WHERE reason IS NULL;

-- A copy passes if there is none before it, or only expired ones. The newest of the copies *before* it decides, but
-- Flink's windows include the row itself: hence the LAG.
CREATE VIEW transactions_told AS
SELECT
  *,
  newest_before IS NULL OR counts_at >= newest_before + INTERVAL '${dedup_hours}' HOUR AS is_first
FROM (SELECT *, LAG(newest_at) OVER (PARTITION BY id ORDER BY seen) AS newest_before FROM transactions_sights);

-- For each copy, the time of the one that passed.
CREATE VIEW transactions_judged AS
SELECT *, LAST_VALUE(CASE WHEN is_first THEN counts_at END) OVER (PARTITION BY id ORDER BY seen) AS first_seen_at
FROM transactions_told;

-- The state of an id expires when no copy has arrived for this long by the clock: longer than the retention above, so
-- that a delayed stream still finds it.
SET 'table.exec.state.ttl' = '${dedup_window_hours} h';
