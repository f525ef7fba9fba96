-- Rooms: docs/engine.md, section 2. room_nid comes first in the key of every room table, so that a room can be purged,
-- exported, moved or sharded by one key. No foreign keys: each is a probe and a lock on the parent.

CREATE SEQUENCE room_nid_seq AS bigint CACHE 32;

CREATE TABLE room (
    room_nid bigint PRIMARY KEY,
    created_ts bigint NOT NULL,
    home_server int,
    kind smallint NOT NULL,
    status smallint NOT NULL,
    version text NOT NULL,
    room_id text COLLATE "C" NOT NULL,
    policy jsonb,
    CONSTRAINT room_room_id_key UNIQUE (room_id)
);

-- One HOT update a room a commit, guarded by version.
CREATE TABLE room_head (
    room_nid bigint PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    tl_top bigint NOT NULL,
    tl_bottom bigint NOT NULL,
    last_pos bigint NOT NULL,
    bump_ms bigint NOT NULL,
    next_ev int NOT NULL CHECK (next_ev > 0),
    next_snap int NOT NULL CHECK (next_snap > 0),
    snap int NOT NULL,
    last_message_ev int NOT NULL,
    joined int NOT NULL CHECK (joined >= 0),
    invited int NOT NULL CHECK (invited >= 0),
    owner_slot smallint NOT NULL,
    extremities int[] NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE current_state (
    room_nid bigint NOT NULL,
    ev int NOT NULL CHECK (ev > 0),
    type text COLLATE "C" NOT NULL,
    state_key text COLLATE "C" NOT NULL,
    PRIMARY KEY (room_nid, type, state_key)
);

-- A snapshot is a set of event numbers: a difference to an ancestor, numbers ascending, as varints of their distances.
CREATE TABLE state_snapshot (
    room_nid bigint NOT NULL,
    snap int NOT NULL CHECK (snap > 0),
    height int NOT NULL CHECK (height >= 0),
    parent int NOT NULL CHECK ((parent = 0) = (height = 0)),
    entries int NOT NULL,
    digest bytea NOT NULL,
    added bytea NOT NULL,
    removed bytea NOT NULL,
    PRIMARY KEY (room_nid, snap),
    CONSTRAINT state_snapshot_digest_key UNIQUE (room_nid, digest)
);

CREATE TABLE membership (
    room_nid bigint NOT NULL,
    user_nid bigint NOT NULL,
    pos bigint NOT NULL,
    ev int NOT NULL,
    membership smallint NOT NULL CHECK (membership BETWEEN 1 AND 5),
    forgotten boolean NOT NULL,
    PRIMARY KEY (room_nid, user_nid)
);
CREATE INDEX membership_user_idx ON membership (user_nid, membership);

-- Local users only: what became of their memberships when.
CREATE TABLE membership_log (
    user_nid bigint NOT NULL,
    pos bigint NOT NULL,
    room_nid bigint NOT NULL,
    ev int NOT NULL,
    membership smallint NOT NULL CHECK (membership BETWEEN 1 AND 5),
    PRIMARY KEY (user_nid, pos)
);

CREATE TABLE room_server (
    room_nid bigint NOT NULL,
    server_nid int NOT NULL,
    members int NOT NULL CHECK (members > 0),
    PRIMARY KEY (room_nid, server_nid)
);

-- What lists of rooms show; written when the state that it is made of changes.
CREATE TABLE room_summary (
    room_nid bigint PRIMARY KEY,
    name text,
    topic text,
    avatar text,
    alias text,
    encryption text,
    room_type text,
    join_rule text,
    history_visibility text,
    tombstone text,
    heroes bigint[] NOT NULL
);

-- What another server told one of our users of a room that we are not in: a JSON array.
CREATE TABLE stripped_state (
    room_nid bigint NOT NULL,
    user_nid bigint NOT NULL,
    json bytea NOT NULL,
    PRIMARY KEY (room_nid, user_nid)
);

-- Highlights of local users, at most 50 an event; deleted when read. thread_ev is 0 outside threads.
CREATE TABLE mention (
    user_nid bigint NOT NULL,
    room_nid bigint NOT NULL,
    tl bigint NOT NULL,
    thread_ev int NOT NULL,
    ev int NOT NULL,
    PRIMARY KEY (user_nid, room_nid, thread_ev, tl)
);

-- kind: 1 m.read, 2 m.read.private, 3 m.fully_read. thread_ev: -1 unthreaded, 0 main, else the root's number.
CREATE TABLE receipt (
    room_nid bigint NOT NULL,
    user_nid bigint NOT NULL,
    tl bigint NOT NULL,
    ts bigint NOT NULL,
    pos bigint NOT NULL,
    thread_ev int NOT NULL,
    ev int NOT NULL,
    kind smallint NOT NULL,
    PRIMARY KEY (room_nid, user_nid, kind, thread_ev)
) WITH (fillfactor = 70);
