-- Purchases and refunds as clients send them. Confluent Cloud makes a table of each topic by itself; this one has a schema
-- on record that is not in its bytes, so its values are to be read as the bytes that they are.
ALTER TABLE `${transactions}` SET ('value.format' = 'raw');

-- Beside each the id, or why it has none that is a text. Flink's JSON functions stop at the end of the first
-- value: so the text is tried within an array and within an object, whose last parts are found only where all of it was
-- read. The wrapper of JSON_QUERY shows a text by its quote, which JSON_VALUE hides: the number 7 is not the id '7'.
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
