-- Purchases and refunds as clients send them. Confluent Cloud infers a table from each topic. This topic has a
-- registered schema whose id is not in the records, so values are read as raw bytes.
ALTER TABLE `${transactions}` SET ('value.format' = 'raw');

-- Adds the id, or the reason why there is no id that is a text. Flink's JSON functions stop at the end of the first
-- value: so the text is tested within an array and within an object, whose last parts are found only if the whole text
-- is JSON. The wrapper of JSON_QUERY shows the quotes of a text, which JSON_VALUE hides: the number 7 is not the id
-- '7'.
CREATE VIEW `playstream-transactions-read` AS
SELECT
  val,
  sent_at,
  CASE
    WHEN val IS NULL THEN 'NO_VALUE'
    WHEN ENCODE(txn, 'UTF-8') <> val THEN 'NOT_JSON'
    WHEN NOT JSON_EXISTS('[' || txn || ',0]', '$[1]') THEN 'NOT_JSON'
    WHEN NOT JSON_EXISTS('{"txn":' || txn || ',"end":0}', '$.end') THEN 'NOT_JSON'
    WHEN id_in_brackets LIKE '["%' AND id_in_brackets <> '[""]' THEN CAST(NULL AS STRING)
    ELSE 'NO_ID'
  END AS reason,
  JSON_VALUE(txn, '$.id') AS id
FROM (
  SELECT *, JSON_QUERY(txn, '$.id' WITH UNCONDITIONAL ARRAY WRAPPER) AS id_in_brackets
  FROM (SELECT val, `$rowtime` AS sent_at, DECODE(val, 'UTF-8') AS txn FROM `${transactions}`)
);
