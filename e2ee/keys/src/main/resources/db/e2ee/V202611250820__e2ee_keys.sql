-- Identity keys of local devices, as they were uploaded.
CREATE TABLE device_key (
  user_nid   bigint NOT NULL,
  device_nid bigint NOT NULL,
  device_id  text   NOT NULL,
  json       bytea  NOT NULL,
  PRIMARY KEY (user_nid, device_nid)
);

-- Each is given out once, the oldest first.
CREATE TABLE one_time_key (
  device_nid bigint NOT NULL,
  algorithm  text   NOT NULL,
  key_id     text   NOT NULL,
  seq        bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  json       bytea  NOT NULL,
  PRIMARY KEY (device_nid, algorithm, key_id)
);
CREATE INDEX one_time_key_order ON one_time_key (device_nid, algorithm, seq);

-- Given out when there is no one-time key, as often as that happens.
CREATE TABLE fallback_key (
  device_nid bigint  NOT NULL,
  algorithm  text    NOT NULL,
  key_id     text    NOT NULL,
  json       bytea   NOT NULL,
  used       boolean NOT NULL,
  PRIMARY KEY (device_nid, algorithm)
);

-- Master, self-signing and user-signing keys: 1, 2, 3; of remote users the first two.
CREATE TABLE cross_signing_key (
  user_nid bigint   NOT NULL,
  usage    smallint NOT NULL CHECK (usage BETWEEN 1 AND 3),
  json     bytea    NOT NULL,
  PRIMARY KEY (user_nid, usage)
);

-- Signatures that were uploaded for a key after the key itself.
-- target_key: a device id, or the public part of a cross-signing key.
CREATE TABLE key_signature (
  target_nid bigint NOT NULL,
  target_key text   NOT NULL,
  signer_nid bigint NOT NULL,
  signer_key text   NOT NULL,
  signature  text   NOT NULL,
  pos        bigint NOT NULL,
  PRIMARY KEY (target_nid, target_key, signer_nid, signer_key)
);
CREATE INDEX key_signature_signer ON key_signature (signer_nid, pos);

-- When a user's devices or cross-signing keys changed last; of a local user also how often, which
-- is the stream id that other servers know.
CREATE TABLE device_list (
  user_nid  bigint NOT NULL PRIMARY KEY,
  stream_id bigint NOT NULL,
  pos       bigint NOT NULL
);
CREATE INDEX device_list_pos ON device_list (pos);

-- Changes of local users that other servers have not been told of yet.
-- device_id: null if it is the cross-signing keys that changed.
CREATE TABLE device_list_news (
  user_nid  bigint  NOT NULL,
  stream_id bigint  NOT NULL,
  device_id text,
  deleted   boolean NOT NULL,
  PRIMARY KEY (user_nid, stream_id)
);

-- Devices of remote users who share a room with one of ours, as their server gave them.
-- fetched_pos: where the journal was then. A stale list is fetched again before it is used.
CREATE TABLE remote_device_list (
  user_nid    bigint  NOT NULL PRIMARY KEY,
  fetched_pos bigint  NOT NULL,
  fetched_ms  bigint  NOT NULL,
  stale       boolean NOT NULL,
  devices     bytea   NOT NULL
);

-- Messages that a device has not acknowledged yet.
CREATE TABLE to_device (
  device_nid bigint NOT NULL,
  seq        bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  user_nid   bigint NOT NULL,
  pos        bigint NOT NULL,
  json       bytea  NOT NULL,
  PRIMARY KEY (device_nid, seq)
);

-- Transactions of local devices and units of other servers that were taken: each once.
CREATE TABLE to_device_sent (
  device_nid bigint NOT NULL,
  txn_key    bytea  NOT NULL,
  sent_ms    bigint NOT NULL,
  PRIMARY KEY (device_nid, txn_key)
);
CREATE INDEX to_device_sent_age ON to_device_sent (sent_ms);
CREATE TABLE to_device_received (
  origin      text   NOT NULL,
  message_id  text   NOT NULL,
  received_ms bigint NOT NULL,
  PRIMARY KEY (origin, message_id)
);
CREATE INDEX to_device_received_age ON to_device_received (received_ms);

-- Backups of room keys, which only the user can read. The version that counts is the newest one
-- that was not deleted; a number is never given twice.
CREATE TABLE key_backup (
  user_nid  bigint  NOT NULL,
  version   bigint  NOT NULL,
  algorithm text    NOT NULL,
  auth_data bytea   NOT NULL,
  etag      bigint  NOT NULL,
  sessions  int     NOT NULL,
  deleted   boolean NOT NULL,
  PRIMARY KEY (user_nid, version)
);
CREATE TABLE key_backup_session (
  user_nid            bigint  NOT NULL,
  version             bigint  NOT NULL,
  room_id             text    NOT NULL,
  session_id          text    NOT NULL,
  first_message_index bigint  NOT NULL,
  forwarded_count     bigint  NOT NULL,
  is_verified         boolean NOT NULL,
  json                bytea   NOT NULL,
  PRIMARY KEY (user_nid, version, room_id, session_id)
);
