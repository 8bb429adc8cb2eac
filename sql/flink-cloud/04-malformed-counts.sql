-- How many there are of each reason until then: a row for each, of which the compacted topic keeps the last. A GROUP BY would take
-- rows back, which a table that was inferred from a topic without a primary key does not take.
INSERT INTO `${sql_transactions_malformed_counts}` (`key`, val)
SELECT ENCODE(reason, 'UTF-8'), ENCODE(JSON_OBJECT('reason' VALUE reason, 'n' VALUE n), 'UTF-8')
FROM (
  SELECT reason, COUNT(*) OVER (PARTITION BY reason ORDER BY sent_at) AS n
  FROM `playstream-transactions-read`
  WHERE reason IS NOT NULL
);
