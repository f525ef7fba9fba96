-- Events: docs/engine.md, section 2. An event is an int in its room; everything that refers to one is in the same room.

CREATE TABLE event (
    room_nid bigint NOT NULL,
    tl bigint,
    pos bigint,
    sender_nid bigint NOT NULL,
    depth bigint NOT NULL,
    origin_ts bigint NOT NULL,
    txn_device bigint,
    ev int NOT NULL CHECK (ev > 0),
    flags int NOT NULL,
    snap_before int NOT NULL,
    snap_after int NOT NULL,
    room_snap int NOT NULL,
    rel_ev int,
    redacted_by int NOT NULL,
    rel_type smallint,
    event_id bytea NOT NULL,
    type text COLLATE "C" NOT NULL,
    state_key text COLLATE "C",
    prev int[] NOT NULL,
    auth int[] NOT NULL,
    txn_key bytea,
    txn_id text,
    json bytea,
    PRIMARY KEY (room_nid, ev),
    CHECK ((txn_device IS NULL) = (txn_key IS NULL)),
    CHECK ((rel_ev IS NULL) = (rel_type IS NULL)),
    CHECK ((flags & 1 = 1) = (state_key IS NOT NULL))
) PARTITION BY HASH (room_nid);

-- lz4 where the server was built with it: half the time of pglz for about the same size.
DO $$ BEGIN
    ALTER TABLE event ALTER COLUMN json SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;

CREATE UNIQUE INDEX event_event_id_key ON event (event_id, room_nid);
-- Unread counts read nothing but this index.
CREATE UNIQUE INDEX event_tl_key ON event (room_nid, tl) INCLUDE (flags, sender_nid) WHERE tl IS NOT NULL;
CREATE INDEX event_state_idx ON event (room_nid, type, state_key, ev) WHERE state_key IS NOT NULL;
CREATE INDEX event_relation_idx ON event (room_nid, rel_ev, tl) WHERE rel_ev IS NOT NULL;
-- Exactly once by (device, path, transaction id).
CREATE UNIQUE INDEX event_txn_key ON event (room_nid, txn_device, txn_key) WHERE txn_device IS NOT NULL;

DO $$ BEGIN
    FOR i IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE event_p%s PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i);
    END LOOP;
END $$;

-- Edges whose target we do not have; not for outliers.
CREATE TABLE missing_prev (
    room_nid bigint NOT NULL,
    child int NOT NULL,
    event_id bytea NOT NULL,
    PRIMARY KEY (room_nid, event_id, child)
);

-- A hole with its place in the timeline. reason: 1 before we joined, 2 missed, 3 purged.
CREATE TABLE room_gap (
    room_nid bigint NOT NULL,
    tl_below bigint NOT NULL,
    tl_above bigint NOT NULL,
    gap int NOT NULL,
    reason smallint NOT NULL,
    prev bytea[] NOT NULL,
    PRIMARY KEY (room_nid, gap)
);

CREATE TABLE pending_redaction (
    room_nid bigint NOT NULL,
    redaction int NOT NULL,
    target bytea NOT NULL,
    PRIMARY KEY (room_nid, target, redaction)
);

-- What a redacted event said, until drop_after_ms; never kept for an erasure.
CREATE TABLE redacted_original (
    room_nid bigint NOT NULL,
    drop_after_ms bigint NOT NULL,
    ev int NOT NULL,
    json bytea NOT NULL,
    PRIMARY KEY (room_nid, ev)
);
CREATE INDEX redacted_original_drop_idx ON redacted_original (drop_after_ms);
