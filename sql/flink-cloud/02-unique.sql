-- Each id once. There is no processing time in Confluent Cloud, so the first is the first by the records' time, and is told
-- when the watermark has passed it; the state of an id is kept for as long as the statement's sql.state-ttl says.
INSERT INTO `${sql_transactions_unique}` (`key`, val)
SELECT ENCODE(id, 'UTF-8'), val
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY sent_at) AS sight
  FROM `playstream-transactions-read`
  WHERE reason IS NULL
)
WHERE sight = 1;
