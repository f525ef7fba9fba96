-- Public keys of other servers, kept for good: old events are signed with them.
CREATE TABLE server_key (
  server_name    text    NOT NULL,
  key_id         text    NOT NULL,
  public_key     bytea   NOT NULL CHECK (length(public_key) = 32),
  valid_until_ms bigint  NOT NULL,
  expired        boolean NOT NULL,
  PRIMARY KEY (server_name, key_id)
);

-- The newest document of each server as it was signed: what a notary passes on.
CREATE TABLE server_key_document (
  server_name    text   PRIMARY KEY,
  document       bytea  NOT NULL,
  valid_until_ms bigint NOT NULL,
  fetched_ms     bigint NOT NULL
);
