package im.holm.store;

import im.holm.engine.port.RoomStore.SetAside;
import im.holm.platform.db.Database;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;

import java.util.List;

/// `inbound_pdu`: acknowledged, waiting for their ancestors.
final class SetAsideRows {
    private final Database database;
    private final PostgresIdentities identities;

    SetAsideRows(Database database, PostgresIdentities identities) {
        this.database = database;
        this.identities = identities;
    }

    /// @return whether it is new
    boolean add(SetAside pdu) {
        int origin = identities.serverNid(pdu.origin());
        return database.inTransaction(handle -> Sql.update(
                        handle,
                        """
                INSERT INTO inbound_pdu (event_id, origin_nid, room_nid, received_ms, json)
                VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                        pdu.eventId().bytes(),
                        origin,
                        pdu.roomNid(),
                        pdu.receivedMs(),
                        pdu.json())
                == 1);
    }

    List<SetAside> oldest(int limit) {
        return database.read(handle -> Sql.list(
                handle,
                row -> new SetAside(
                        ServerName.of(row.getString("name")),
                        EventId.ofBytes(row.getBytes("event_id")),
                        row.getLong("room_nid"),
                        row.getLong("received_ms"),
                        row.getBytes("json")),
                """
                SELECT s.name, p.event_id, p.room_nid, p.received_ms, p.json
                FROM inbound_pdu p JOIN server s ON s.server_nid = p.origin_nid
                ORDER BY p.received_ms, p.event_id LIMIT ?""",
                limit));
    }

    void drop(ServerName origin, EventId eventId) {
        int originNid = identities.serverNid(origin);
        database.useTransaction(handle -> Sql.update(
                handle,
                "DELETE FROM inbound_pdu WHERE event_id = ? AND origin_nid = ?",
                eventId.bytes(),
                originNid));
    }
}
