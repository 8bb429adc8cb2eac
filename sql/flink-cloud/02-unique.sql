-- Each id once. Confluent Cloud has no processing time, so the first copy is the first by the records' time, and is
-- emitted when the watermark has passed it. The statement's sql.state-ttl says how long the state of an id is kept.
INSERT INTO `${sql_transactions_unique}` (`key`, val)
SELECT ENCODE(id, 'UTF-8'), val
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY sent_at) AS sight
  FROM `playstream-transactions-read`
  WHERE reason IS NULL
)
WHERE sight = 1;
