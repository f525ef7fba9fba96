package im.holm.store;

import static im.holm.platform.db.DoctorCheck.ofRooms;

import im.holm.platform.db.DoctorCheck;

import java.util.List;

/// What holds of every event and of what refers to it: docs/engine.md, sections 2, 5 and 6.
final class EventChecks {

    /// What survives a purge may refer to what did not.
    private static final String UNLESS_PURGED =
            "AND NOT EXISTS (SELECT FROM room_gap g"
                    + " WHERE g.room_nid = e.room_nid AND g.reason = 3)";

    private EventChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                dangling("prev", "unnest(e.prev)", UNLESS_PURGED),
                dangling("auth", "unnest(e.auth)", ""),
                dangling("rel_ev", "unnest(ARRAY[e.rel_ev])", UNLESS_PURGED),
                dangling("redacted_by", "unnest(ARRAY[nullif(e.redacted_by, 0)])", ""),
                ofRooms("event: its snapshots exist", """
                        SELECT 'room ' || e.room_nid || ' event ' || e.ev || ' snapshot ' || s.snap
                        FROM event e CROSS JOIN LATERAL
                            unnest(ARRAY[e.snap_before, e.snap_after, e.room_snap]) AS s (snap)
                        LEFT JOIN state_snapshot x ON x.room_nid = e.room_nid AND x.snap = s.snap
                        WHERE e.room_nid BETWEEN :first AND :last AND s.snap <> 0
                            AND x.snap IS NULL"""),
                ofRooms("event: its sender is known", """
                        SELECT 'room ' || e.room_nid || ' event ' || e.ev
                        FROM event e LEFT JOIN user_ref u ON u.user_nid = e.sender_nid
                        WHERE e.room_nid BETWEEN :first AND :last AND u.user_nid IS NULL"""),
                ofRooms("event: belongs to a room", """
                        SELECT 'room ' || e.room_nid || ' event ' || e.ev
                        FROM event e LEFT JOIN room r ON r.room_nid = e.room_nid
                        WHERE e.room_nid BETWEEN :first AND :last AND r.room_nid IS NULL"""),
                ofRooms("event: redacted_by and the flag say the same", """
                        SELECT 'room ' || room_nid || ' event ' || ev FROM event
                        WHERE room_nid BETWEEN :first AND :last
                            AND (redacted_by <> 0) <> (flags & 64 <> 0)"""),
                ofRooms("event: what is in the timeline was accepted", """
                        SELECT 'room ' || room_nid || ' event ' || ev || ' flags ' || flags
                        FROM event WHERE room_nid BETWEEN :first AND :last
                            AND tl IS NOT NULL AND flags & 14 <> 0"""),
                ofRooms("event: timeline keys are unique", """
                        SELECT 'room ' || room_nid || ' tl ' || tl FROM event
                        WHERE room_nid BETWEEN :first AND :last AND tl IS NOT NULL
                        GROUP BY room_nid, tl HAVING count(*) > 1"""),
                ofRooms("event: timeline keys lie between the head's bounds", """
                        SELECT 'room ' || e.room_nid || ' event ' || e.ev || ' tl ' || e.tl
                        FROM event e JOIN room_head h ON h.room_nid = e.room_nid
                        WHERE e.room_nid BETWEEN :first AND :last
                            AND (e.tl > h.tl_top OR e.tl < h.tl_bottom)"""),
                ofRooms("event: live events are in the order of their positions", """
                        SELECT 'room ' || room_nid || ' event ' || ev FROM (
                            SELECT room_nid, ev, tl,
                                lag(tl) OVER (PARTITION BY room_nid ORDER BY pos, tl) AS earlier
                            FROM event WHERE room_nid BETWEEN :first AND :last
                                AND tl IS NOT NULL AND pos IS NOT NULL) AS live
                        WHERE tl <= earlier"""),
                ofRooms("event: a transaction id is used once", """
                        SELECT 'room ' || room_nid || ' device ' || txn_device FROM event
                        WHERE room_nid BETWEEN :first AND :last AND txn_device IS NOT NULL
                        GROUP BY room_nid, txn_device, txn_key HAVING count(*) > 1"""),
                ofRooms("event: an event id is there once", """
                        SELECT 'room ' || room_nid || ' ' || encode(event_id, 'hex') FROM event
                        WHERE room_nid BETWEEN :first AND :last
                        GROUP BY room_nid, event_id HAVING count(*) > 1"""),
                ofRooms("event: a position in the journal's reach has its row there", """
                        SELECT 'room ' || e.room_nid || ' event ' || e.ev || ' pos ' || e.pos
                        FROM event e
                        LEFT JOIN journal_dropped d ON d.slot = e.pos & 255
                        LEFT JOIN journal j ON j.pos = e.pos
                        WHERE e.room_nid BETWEEN :first AND :last
                            AND e.pos > coalesce(d.pos, 0) AND j.pos IS NULL"""),
                ofRooms("room_gap: lies in the timeline", """
                        SELECT 'room ' || g.room_nid || ' gap ' || g.gap FROM room_gap g
                        LEFT JOIN room_head h ON h.room_nid = g.room_nid
                        WHERE g.room_nid BETWEEN :first AND :last
                            AND (h.room_nid IS NULL OR g.tl_below >= g.tl_above
                                OR g.reason NOT BETWEEN 1 AND 3)"""),
                ofRooms("missing_prev: the child is there, and what it misses is not", """
                        SELECT 'room ' || m.room_nid || ' child ' || m.child FROM missing_prev m
                        LEFT JOIN event c ON c.room_nid = m.room_nid AND c.ev = m.child
                        LEFT JOIN event t ON t.room_nid = m.room_nid AND t.event_id = m.event_id
                        WHERE m.room_nid BETWEEN :first AND :last
                            AND (c.ev IS NULL OR t.ev IS NOT NULL AND t.flags & 2 = 0)"""),
                ofRooms("pending_redaction: is there, and what it redacts is not", """
                        SELECT 'room ' || p.room_nid || ' event ' || p.redaction
                        FROM pending_redaction p
                        LEFT JOIN event c ON c.room_nid = p.room_nid AND c.ev = p.redaction
                        LEFT JOIN event t ON t.room_nid = p.room_nid AND t.event_id = p.target
                        WHERE p.room_nid BETWEEN :first AND :last
                            AND (c.ev IS NULL OR t.ev IS NOT NULL AND t.flags & 14 = 0)"""),
                ofRooms("inbound_pdu: nothing is left of what is in its room", """
                        SELECT 'room ' || i.room_nid || ' event ' || e.ev FROM inbound_pdu i
                        JOIN event e ON e.event_id = i.event_id AND e.room_nid = i.room_nid
                        WHERE i.room_nid BETWEEN :first AND :last AND e.flags & 2 = 0
                            AND i.received_ms < extract(epoch FROM now()) * 1000 - 600000"""));
    }

    private static DoctorCheck dangling(String column, String numbers, String unless) {
        return ofRooms(
                "event: " + column + " refers to events that are there", """
                SELECT 'room ' || e.room_nid || ' event ' || e.ev || ' to ' || x.ev
                FROM event e CROSS JOIN LATERAL %s AS x (ev)
                LEFT JOIN event t ON t.room_nid = e.room_nid AND t.ev = x.ev
                WHERE e.room_nid BETWEEN :first AND :last AND x.ev IS NOT NULL
                    AND t.ev IS NULL %s""".formatted(numbers, unless));
    }
}
