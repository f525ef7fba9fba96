package im.holm.messenger;

import static im.holm.platform.db.DoctorCheck.ofServer;

import im.holm.platform.db.DoctorCheck;

import java.util.List;

/// What holds of one-to-one threads and settings of threads.
final class MessengerChecks {

    private MessengerChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                ofServer("one_to_one: is a room that is there", """
                        SELECT 'users ' || t.low_nid || ', ' || t.high_nid || ' room ' || t.room_nid
                        FROM one_to_one t LEFT JOIN room r ON r.room_nid = t.room_nid
                        WHERE r.room_nid IS NULL"""),
                ofServer("thread_setting: is of a local user, about a room that is there", """
                        SELECT 'user ' || t.user_nid || ' room ' || t.room_nid FROM thread_setting t
                        LEFT JOIN user_ref u ON u.user_nid = t.user_nid
                        LEFT JOIN room r ON r.room_nid = t.room_nid
                        WHERE u.local IS NOT TRUE OR r.room_nid IS NULL"""));
    }
}
