-- Ephemeral units that must not get lost, such as messages between devices: canonical JSON.
CREATE TABLE kept_edu (
  edu_id  bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  unit    bytea  NOT NULL,
  kept_ms bigint NOT NULL
);

-- Which servers have not taken them yet.
CREATE TABLE edu_outbox (
  server_name text   NOT NULL,
  edu_id      bigint NOT NULL,
  PRIMARY KEY (server_name, edu_id)
);
CREATE INDEX edu_outbox_edu ON edu_outbox (edu_id);
