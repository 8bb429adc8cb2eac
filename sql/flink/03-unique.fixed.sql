-- Each id once: a copy less than ${dedup_hours} hours after the one that passed last is a duplicate, and renews nothing, as with
-- `dedup run --mode fixed`. The hours are counted in the records' own time, so that a replay gives the same answer.

-- What passed last depends on what was said before, which no aggregate of SQL's knows: see java/playstream/flink.
CREATE FUNCTION fixed_retention AS 'playstream.flink.FixedRetention';

-- In the order of arrival, for which nobody has to wait and in which nothing comes too late.
CREATE VIEW transactions_sights AS
SELECT
  *,
  fixed_retention(counts_ms, CAST(${dedup_ms} AS BIGINT)) OVER (PARTITION BY id ORDER BY seen) AS told
FROM (
  SELECT
    *,
    UNIX_TIMESTAMP(CAST(counts_at AS STRING)) * 1000 + EXTRACT(MILLISECOND FROM counts_at) AS counts_ms
  FROM transactions_read
  WHERE reason IS NULL
);

CREATE VIEW transactions_judged AS
SELECT *, told.is_first AS is_first, TO_TIMESTAMP_LTZ(told.first_seen_ms, 3) AS first_seen_at
FROM transactions_sights;

-- The state of an id goes when no copy of it has come for this long by the clock: longer than what counts above, so that a
-- stream that runs late still finds it.
SET 'table.exec.state.ttl' = '${dedup_window_hours} h';
