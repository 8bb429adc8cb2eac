-- A transaction without an id is set aside unchanged: it never passes and is never lost silently.
INSERT INTO `${sql_transactions_dlq}` (val)
SELECT val
FROM `playstream-transactions-read`
WHERE reason IS NOT NULL;
