package im.holm.store;

import static im.holm.platform.db.DoctorCheck.ofRooms;

import im.holm.platform.db.DoctorCheck;

import java.util.List;

/// What holds of every room's head, members and summary: docs/engine.md, section 2.
final class RoomChecks {

    private RoomChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                ofRooms("room: every room has a head", """
                        SELECT 'room ' || r.room_nid FROM room r
                        WHERE r.room_nid BETWEEN :first AND :last AND NOT EXISTS (
                            SELECT FROM room_head h WHERE h.room_nid = r.room_nid)"""),
                ofRooms("room_head: next_ev follows the last event, and none is missing", """
                        SELECT 'room ' || h.room_nid || ' next_ev ' || h.next_ev || ', last event '
                            || coalesce(e.top, 0) || ' of ' || coalesce(e.n, 0)
                        FROM room_head h LEFT JOIN (
                            SELECT room_nid, max(ev) AS top, count(*) AS n FROM event
                            WHERE room_nid BETWEEN :first AND :last GROUP BY room_nid) e
                            ON e.room_nid = h.room_nid
                        WHERE h.room_nid BETWEEN :first AND :last
                            AND (h.next_ev <> coalesce(e.top, 0) + 1
                                OR coalesce(e.n, 0) <> coalesce(e.top, 0) AND NOT EXISTS (
                                    SELECT FROM room_gap g
                                    WHERE g.room_nid = h.room_nid AND g.reason = 3))"""),
                ofRooms("room_head: next_snap is above every snapshot", """
                        SELECT 'room ' || h.room_nid || ' snapshot ' || s.snap
                        FROM room_head h JOIN state_snapshot s ON s.room_nid = h.room_nid
                        WHERE h.room_nid BETWEEN :first AND :last AND s.snap >= h.next_snap"""),
                ofRooms("room_head: last_pos covers every event", """
                        SELECT 'room ' || e.room_nid || ' event ' || e.ev
                        FROM event e JOIN room_head h ON h.room_nid = e.room_nid
                        WHERE e.room_nid BETWEEN :first AND :last AND e.pos > h.last_pos"""),
                ofRooms("room_head: extremities are accepted events", """
                        SELECT 'room ' || h.room_nid || ' extremity ' || x.ev
                        FROM room_head h CROSS JOIN LATERAL unnest(h.extremities) AS x (ev)
                        LEFT JOIN event e ON e.room_nid = h.room_nid AND e.ev = x.ev
                        WHERE h.room_nid BETWEEN :first AND :last
                            AND (e.ev IS NULL OR e.flags & 14 <> 0)"""),
                ofRooms("room_head: extremities have no accepted child", """
                        SELECT 'room ' || h.room_nid || ' extremity ' || p.ev || ' child ' || e.ev
                        FROM room_head h JOIN event e ON e.room_nid = h.room_nid
                        CROSS JOIN LATERAL unnest(e.prev) AS p (ev)
                        WHERE h.room_nid BETWEEN :first AND :last
                            AND e.flags & 14 = 0 AND p.ev = ANY (h.extremities)"""),
                ofRooms("room_head: joined and invited count the members", """
                        SELECT 'room ' || h.room_nid || ' joined ' || h.joined || ' of '
                            || count(m.*) FILTER (WHERE m.membership = 1) || ', invited '
                            || h.invited || ' of ' || count(m.*) FILTER (WHERE m.membership = 2)
                        FROM room_head h JOIN room r ON r.room_nid = h.room_nid
                        LEFT JOIN current_state c ON c.room_nid = h.room_nid
                            AND c.type = 'm.room.member'
                        LEFT JOIN membership m ON m.room_nid = h.room_nid AND m.ev = c.ev
                        WHERE h.room_nid BETWEEN :first AND :last AND r.status IN (0, 3)
                        GROUP BY h.room_nid, h.joined, h.invited
                        HAVING h.joined <> count(m.*) FILTER (WHERE m.membership = 1)
                            OR h.invited <> count(m.*) FILTER (WHERE m.membership = 2)"""),
                ofRooms("membership: every member event of the current state has its row", """
                        SELECT 'room ' || c.room_nid || ' event ' || c.ev
                        FROM current_state c
                        LEFT JOIN user_ref u ON u.user_id = c.state_key
                        LEFT JOIN membership m
                            ON m.room_nid = c.room_nid AND m.user_nid = u.user_nid
                        WHERE c.room_nid BETWEEN :first AND :last AND c.type = 'm.room.member'
                            AND m.ev IS DISTINCT FROM c.ev
                            AND NOT EXISTS (SELECT FROM event o WHERE o.room_nid = m.room_nid
                                AND o.ev = m.ev AND o.flags & 2 <> 0)"""),
                ofRooms("membership: a row is of the current state or of an outlier", """
                        SELECT 'room ' || m.room_nid || ' user ' || m.user_nid || ' event ' || m.ev
                        FROM membership m
                        LEFT JOIN event e ON e.room_nid = m.room_nid AND e.ev = m.ev
                        LEFT JOIN user_ref u ON u.user_nid = m.user_nid
                        WHERE m.room_nid BETWEEN :first AND :last
                            AND (e.ev IS NULL OR e.flags & 2 = 0 AND NOT EXISTS (
                                SELECT FROM current_state c WHERE c.room_nid = m.room_nid
                                    AND c.type = 'm.room.member' AND c.state_key = u.user_id
                                    AND c.ev = m.ev))"""),
                ofRooms("membership: a row is of a known user", """
                        SELECT 'room ' || m.room_nid || ' user ' || m.user_nid
                        FROM membership m LEFT JOIN user_ref u ON u.user_nid = m.user_nid
                        WHERE m.room_nid BETWEEN :first AND :last AND u.user_nid IS NULL"""),
                ofRooms("room_server: counts the joined members of each server", """
                        SELECT 'room ' || coalesce(m.room_nid, s.room_nid) || ' server '
                            || coalesce(m.server_nid, s.server_nid) || ': '
                            || coalesce(s.members, 0) || ' of ' || coalesce(m.n, 0)
                        FROM (SELECT m.room_nid, u.server_nid, count(*) AS n
                            FROM membership m JOIN user_ref u ON u.user_nid = m.user_nid
                            WHERE m.room_nid BETWEEN :first AND :last AND m.membership = 1
                            GROUP BY m.room_nid, u.server_nid) m
                        FULL JOIN (SELECT * FROM room_server
                            WHERE room_nid BETWEEN :first AND :last) s
                            ON s.room_nid = m.room_nid AND s.server_nid = m.server_nid
                        WHERE s.members IS DISTINCT FROM m.n"""),
                summary("name", "m.room.name", "name"),
                summary("topic", "m.room.topic", "topic"),
                summary("join_rule", "m.room.join_rules", "join_rule"),
                summary("history_visibility", "m.room.history_visibility", "history_visibility"),
                ofRooms("mention: is of a timeline event with its key, for a local user", """
                        SELECT 'room ' || m.room_nid || ' event ' || m.ev || ' user ' || m.user_nid
                        FROM mention m
                        LEFT JOIN event e ON e.room_nid = m.room_nid AND e.ev = m.ev
                        LEFT JOIN user_ref u ON u.user_nid = m.user_nid
                        WHERE m.room_nid BETWEEN :first AND :last
                            AND (e.tl IS DISTINCT FROM m.tl OR u.local IS NOT TRUE)"""),
                ofRooms("receipt: is of an event that is there, by a known user", """
                        SELECT 'room ' || r.room_nid || ' event ' || r.ev || ' user ' || r.user_nid
                        FROM receipt r
                        LEFT JOIN event e ON e.room_nid = r.room_nid AND e.ev = r.ev
                        LEFT JOIN user_ref u ON u.user_nid = r.user_nid
                        WHERE r.room_nid BETWEEN :first AND :last
                            AND (u.user_nid IS NULL OR e.ev IS NULL AND NOT EXISTS (
                                SELECT FROM room_gap g
                                WHERE g.room_nid = r.room_nid AND g.reason = 3))"""));
    }

    /// Texts with escapes are left out: what JSON may say and a column cannot hold differs
    /// there.
    private static DoctorCheck summary(String column, String type, String key) {
        return ofRooms("room_summary: " + column + " is what the current state says", """
                SELECT 'room ' || s.room_nid FROM room_summary s
                LEFT JOIN current_state c ON c.room_nid = s.room_nid
                    AND c.type = '%2$s' AND c.state_key = ''
                LEFT JOIN event e ON e.room_nid = c.room_nid AND e.ev = c.ev
                WHERE s.room_nid BETWEEN :first AND :last
                    AND (e.json IS NULL AND s.%1$s IS NOT NULL
                        OR e.json IS NOT NULL AND CASE
                            WHEN position('\\x5c'::bytea IN e.json) > 0 THEN false
                            ELSE s.%1$s IS DISTINCT FROM CASE
                                WHEN jsonb_typeof(convert_from(e.json, 'UTF8')::jsonb
                                    -> 'content' -> '%3$s') = 'string'
                                THEN convert_from(e.json, 'UTF8')::jsonb
                                    -> 'content' ->> '%3$s' END
                            END)""".formatted(
                        column, type, key));
    }
}
