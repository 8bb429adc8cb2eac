-- The running count of each reason: one row per record, of which the compacted topic keeps the last. A GROUP BY would
-- retract rows, which a table inferred from a topic without a primary key does not accept.
INSERT INTO `${sql_transactions_malformed_counts}` (`key`, val)
SELECT ENCODE(reason, 'UTF-8'), ENCODE(JSON_OBJECT('reason' VALUE reason, 'n' VALUE n), 'UTF-8')
FROM (
  SELECT reason, COUNT(*) OVER (PARTITION BY reason ORDER BY sent_at) AS n
  FROM `playstream-transactions-read`
  WHERE reason IS NOT NULL
);
