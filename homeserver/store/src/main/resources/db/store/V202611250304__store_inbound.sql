-- PDUs of other servers that were acknowledged and are not yet in their room: their ancestors are being fetched.
CREATE TABLE inbound_pdu (
    room_nid bigint NOT NULL,
    received_ms bigint NOT NULL,
    origin_nid int NOT NULL,
    event_id bytea NOT NULL,
    json bytea NOT NULL,
    PRIMARY KEY (event_id, origin_nid)
);
CREATE INDEX inbound_pdu_received_idx ON inbound_pdu (received_ms);
