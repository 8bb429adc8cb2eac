-- Each id once: a copy less than ${dedup_hours} hours after the last one that passed is a duplicate, and extends
-- nothing, as with `dedup run --mode fixed`. The hours are counted in the records' own time, so that a replay gives the
-- same result.

-- Which copy passed last depends on earlier results, and SQL has no aggregate for that: see java/playstream/flink.
CREATE FUNCTION fixed_retention AS 'playstream.flink.FixedRetention';

-- In the order of arrival, in which no record is late and none waits for a watermark.
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

-- The state of an id expires when no copy has arrived for this long by the clock: longer than the retention above, so
-- that a delayed stream still finds it.
SET 'table.exec.state.ttl' = '${dedup_window_hours} h';
