-- Purchases and refunds as clients send them: without a key, with retries, and sometimes garbage.

-- The value is read as raw bytes. Read as JSON columns, a malformed record would end the job or disappear, and passing
-- records would be rewritten: 10 as 10.0, without unknown fields.
CREATE TABLE transactions (
  body BYTES,
  headers MAP<STRING, BYTES> METADATA,
  sent_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  source_partition INT METADATA FROM 'partition' VIRTUAL,
  source_offset BIGINT METADATA FROM 'offset' VIRTUAL,
  seen AS PROCTIME()
) WITH (
  'connector' = 'kafka', 'topic' = '${transactions}',
  'properties.bootstrap.servers' = '${bootstrap_servers}', 'properties.group.id' = '${sql_engine}-${transactions}',
  'properties.isolation.level' = 'read_committed', 'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'raw'
);

-- Adds two times. counts_at is the time by which copies are compared: the client's time, if it is plausible. A time
-- ahead of this clock or before the year 2000 (missing, or seconds for milliseconds) is replaced by the current time.
-- passes_at is the time of the written record: up to an hour ahead is kept, as the broker accepts it.
CREATE VIEW transactions_timed AS
SELECT
  *,
  CASE WHEN sent_at >= TO_TIMESTAMP_LTZ(946684800000, 3) AND sent_at < now_at THEN sent_at ELSE now_at END AS counts_at,
  CASE
    WHEN sent_at >= TO_TIMESTAMP_LTZ(946684800000, 3) AND sent_at <= now_at + INTERVAL '1' HOUR THEN sent_at
    ELSE now_at
  END AS passes_at
FROM (SELECT *, CAST(seen AS TIMESTAMP_LTZ(3)) AS now_at FROM transactions);

-- Adds the reason why a record is malformed, or NULL. Flink's JSON functions stop at the end of the first value and
-- accept {"id":"a"} garbage as JSON: so the text is tested within an array and within an object, whose last parts are
-- found only if the whole text is JSON. The wrapper of JSON_QUERY shows the quotes of a text, which JSON_VALUE hides:
-- the number 7 is not the id '7'.
CREATE VIEW transactions_read AS
SELECT
  *,
  CASE
    WHEN body IS NULL THEN 'NO_VALUE'
    WHEN ENCODE(txn, 'UTF-8') <> body THEN 'NOT_JSON'
    WHEN NOT JSON_EXISTS('[' || txn || ',0]', '$[1]') THEN 'NOT_JSON'
    WHEN NOT JSON_EXISTS('{"txn":' || txn || ',"end":0}', '$.end') THEN 'NOT_JSON'
    WHEN id_in_brackets LIKE '["%' AND id_in_brackets <> '[""]' THEN CAST(NULL AS STRING)
    ELSE 'NO_ID'
  END AS reason,
  JSON_VALUE(txn, '$.id') AS id
FROM (
  SELECT *, JSON_QUERY(txn, '$.id' WITH UNCONDITIONAL ARRAY WRAPPER) AS id_in_brackets
  FROM (SELECT *, DECODE(body, 'UTF-8') AS txn FROM transactions_timed)
);
