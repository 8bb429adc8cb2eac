-- What has no id is set aside as it was: never passed, never silently gone.
INSERT INTO `${sql_transactions_dlq}` (val)
SELECT val
FROM `playstream-transactions-read`
WHERE reason IS NOT NULL;
