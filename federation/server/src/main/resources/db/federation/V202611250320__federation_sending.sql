-- What we answered to a transaction: a repeat gets it again.
CREATE TABLE federation_transaction (
  origin      text   NOT NULL,
  txn_id      text   NOT NULL,
  received_ms bigint NOT NULL,
  answer      bytea  NOT NULL,
  PRIMARY KEY (origin, txn_id)
);
CREATE INDEX federation_transaction_age ON federation_transaction (received_ms);

-- Up to here every destination has got everything, but for those with a row in destination.
CREATE TABLE federation_checkpoint (
  one       boolean  PRIMARY KEY CHECK (one),
  positions bigint[] NOT NULL
);

-- Servers to which something is owed, or which are down. acked: what they have got; null: everything.
CREATE TABLE destination (
  server_name      text   PRIMARY KEY,
  acked            bigint[],
  failures         int    NOT NULL,
  failing_since_ms bigint NOT NULL,
  retry_at_ms      bigint NOT NULL
);

-- Events of other servers that came into their room through us and that we pass on.
CREATE TABLE relayed_event (
  event_id bytea  PRIMARY KEY,
  origin   text   NOT NULL,
  noted_ms bigint NOT NULL
);
