package im.holm.store;

import static im.holm.platform.db.DoctorCheck.ofServer;

import im.holm.platform.db.DoctorCheck;

import java.util.List;

/// What holds of the journal and of who follows it: docs/engine.md, section 1.
final class JournalChecks {

    private JournalChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                ofServer("journal: no position is above its writer's last one", """
                        SELECT 'pos ' || top.pos FROM stream_writer w
                        CROSS JOIN LATERAL (SELECT j.pos FROM journal j
                            WHERE j.pos > w.last_pos AND j.pos & 255 = w.slot
                            ORDER BY j.pos LIMIT 100) AS top"""),
                ofServer("journal: the latest rows are of known writers", """
                        SELECT 'pos ' || j.pos FROM (
                            SELECT pos FROM journal ORDER BY pos DESC LIMIT 100000) j
                        WHERE NOT EXISTS (
                            SELECT FROM stream_writer w WHERE w.slot = j.pos & 255)"""),
                ofServer("journal: the latest rows of events have their event", """
                        SELECT 'pos ' || j.pos || ' room ' || j.scope || ' event ' || j.ref FROM (
                            SELECT * FROM journal ORDER BY pos DESC LIMIT 100000) j
                        LEFT JOIN event e ON e.room_nid = j.scope AND e.ev = j.ref
                        WHERE j.kind IN (1, 2) AND e.ev IS NULL"""),
                ofServer("follower_cursor: is not ahead of the writers", """
                        SELECT f.name || ' at ' || p.pos FROM follower_cursor f
                        CROSS JOIN LATERAL unnest(f.positions) AS p (pos)
                        LEFT JOIN stream_writer w ON w.slot = p.pos & 255
                        WHERE p.pos > coalesce(w.last_pos, 0)"""),
                ofServer("user_ref: every user has a server", """
                        SELECT u.user_id FROM user_ref u
                        LEFT JOIN server s ON s.server_nid = u.server_nid
                        WHERE s.server_nid IS NULL"""),
                ofServer("room_head: every head is of a room", """
                        SELECT 'room ' || h.room_nid FROM room_head h
                        LEFT JOIN room r ON r.room_nid = h.room_nid WHERE r.room_nid IS NULL"""));
    }
}
