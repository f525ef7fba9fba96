-- What other servers sent: docs/engine.md, section 2.

-- Acknowledged, not yet in its room.
CREATE TABLE inbound_pdu (
    room_nid bigint NOT NULL,
    received_ms bigint NOT NULL,
    origin_nid int NOT NULL,
    event_id bytea NOT NULL,
    json bytea NOT NULL,
    PRIMARY KEY (event_id, origin_nid)
);
CREATE INDEX inbound_pdu_received_idx ON inbound_pdu (received_ms);

-- Exactly once by (origin, transaction id): a repeat gets the first response.
CREATE TABLE inbound_txn (
    received_ms bigint NOT NULL,
    origin_nid int NOT NULL,
    txn_id text COLLATE "C" NOT NULL,
    response bytea NOT NULL,
    PRIMARY KEY (origin_nid, txn_id)
);
CREATE INDEX inbound_txn_received_idx ON inbound_txn (received_ms);
