package im.holm.rooms;

import static im.holm.platform.db.DoctorCheck.ofServer;

import im.holm.platform.db.DoctorCheck;

import java.util.List;

/// What holds of account data, aliases and the directory.
final class RoomsChecks {

    private RoomsChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                ofServer("account_data: is of a local user, about a room that is there", """
                        SELECT 'user ' || t.user_nid || ' room ' || t.room_nid || ' ' || t.type
                        FROM account_data t
                        LEFT JOIN user_ref u ON u.user_nid = t.user_nid
                        LEFT JOIN room r ON r.room_nid = t.room_nid
                        WHERE u.local IS NOT TRUE OR t.room_nid <> 0 AND r.room_nid IS NULL"""),
                ofServer("account_data: no position is above its writer's last one", """
                        SELECT 'user ' || t.user_nid || ' ' || t.type FROM account_data t
                        LEFT JOIN stream_writer w ON w.slot = t.pos & 255
                        WHERE t.pos > coalesce(w.last_pos, 0)"""),
                ofServer("room_alias: names a room that is there", """
                        SELECT t.alias FROM room_alias t
                        LEFT JOIN room r ON r.room_id = t.room_id
                        WHERE t.room_id IS NOT NULL AND r.room_nid IS NULL"""),
                ofServer("published_room: is there", """
                        SELECT 'room ' || t.room_nid FROM published_room t
                        LEFT JOIN room r ON r.room_nid = t.room_nid
                        WHERE r.room_nid IS NULL"""),
                ofServer("sync_filter: is of a local user", """
                        SELECT 'user ' || t.user_nid || ' filter ' || t.filter_id FROM sync_filter t
                        LEFT JOIN user_ref u ON u.user_nid = t.user_nid
                        WHERE u.local IS NOT TRUE"""));
    }
}
