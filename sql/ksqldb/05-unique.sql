-- The unique transactions with columns, for queries. The stream only names the fields; the topic's records stay the
-- clients' own text.
CREATE STREAM PLAYSTREAM_TRANSACTIONS_UNIQUE (
  TXN_ID VARCHAR KEY,
  ID VARCHAR,
  USER_ID VARCHAR,
  TXN_TYPE VARCHAR,
  TXN_TIMESTAMP BIGINT,
  TOTAL_SALES DOUBLE,
  CURRENCY VARCHAR,
  ITEMS ARRAY<STRUCT<SKU VARCHAR, QUANTITY INT, UNIT_PRICE DOUBLE>>
) WITH (
  KAFKA_TOPIC = '${sql_transactions_unique}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON'
);
