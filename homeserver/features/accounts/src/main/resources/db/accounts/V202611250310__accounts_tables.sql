-- Accounts, their devices and sessions, profiles. User number first in the key of what belongs to
-- a user; account and the tables that are looked up by a secret alone stay small enough to be
-- replicated when the rest is distributed.

CREATE TABLE account (
    user_nid       bigint  PRIMARY KEY,
    localpart      text    NOT NULL UNIQUE,
    password       text,                        -- PHC string; null: nobody can sign in with one
    admin          boolean NOT NULL DEFAULT false,
    created_ms     bigint  NOT NULL,
    deactivated_ms bigint,
    erase          boolean NOT NULL DEFAULT false,
    parting        boolean NOT NULL DEFAULT false   -- deactivated, still to leave its rooms
);
CREATE INDEX account_parting ON account (user_nid) WHERE parting;

CREATE TABLE device (
    user_nid     bigint NOT NULL,
    device_nid   bigint GENERATED ALWAYS AS IDENTITY,
    device_id    text   NOT NULL,
    display_name text,
    created_ms   bigint NOT NULL,
    last_seen_ms bigint NOT NULL,
    PRIMARY KEY (user_nid, device_nid),
    UNIQUE (user_nid, device_id)
);

-- parent: the refresh token that this one was got with. It stays valid until the new one is used.
CREATE TABLE access_token (
    hash       bytea  PRIMARY KEY,              -- SHA-256
    user_nid   bigint NOT NULL,
    device_nid bigint NOT NULL,
    created_ms bigint NOT NULL,
    expires_ms bigint,
    parent     bytea
);
CREATE INDEX access_token_device ON access_token (user_nid, device_nid);

CREATE TABLE refresh_token (
    hash       bytea  PRIMARY KEY,              -- SHA-256
    user_nid   bigint NOT NULL,
    device_nid bigint NOT NULL,
    created_ms bigint NOT NULL,
    parent     bytea
);
CREATE INDEX refresh_token_device ON refresh_token (user_nid, device_nid);

CREATE TABLE registration_token (
    token      text   PRIMARY KEY,
    uses       int    NOT NULL DEFAULT 0,
    uses_max   int,
    expires_ms bigint,
    created_ms bigint NOT NULL
);

CREATE TABLE profile_field (
    user_nid bigint NOT NULL,
    name     text   NOT NULL,
    value    text   NOT NULL,                   -- JSON
    PRIMARY KEY (user_nid, name)
);

-- A profile whose change has not reached all rooms yet.
CREATE TABLE profile_spread (
    user_nid     bigint PRIMARY KEY,
    requested_ms bigint NOT NULL
);
