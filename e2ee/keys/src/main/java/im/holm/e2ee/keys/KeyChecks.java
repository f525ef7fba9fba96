package im.holm.e2ee.keys;

import static im.holm.platform.db.DoctorCheck.ofServer;

import im.holm.platform.db.DoctorCheck;

import java.util.List;

/// What holds of keys, backups and messages between devices.
final class KeyChecks {

    private KeyChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                ofServer("device_key: belongs to a device", """
                        SELECT 'device ' || t.device_nid FROM device_key t
                        LEFT JOIN device p ON p.device_nid = t.device_nid
                        WHERE p.device_nid IS NULL"""),
                ofServer("one_time_key: belongs to a device", """
                        SELECT 'device ' || t.device_nid FROM one_time_key t
                        LEFT JOIN device p ON p.device_nid = t.device_nid
                        WHERE p.device_nid IS NULL"""),
                ofServer("fallback_key: belongs to a device", """
                        SELECT 'device ' || t.device_nid FROM fallback_key t
                        LEFT JOIN device p ON p.device_nid = t.device_nid
                        WHERE p.device_nid IS NULL"""),
                ofServer("to_device: belongs to a device", """
                        SELECT 'device ' || t.device_nid FROM to_device t
                        LEFT JOIN device p ON p.device_nid = t.device_nid
                        WHERE p.device_nid IS NULL"""),
                ofServer("to_device: no position is above its writer's last one", """
                        SELECT 'device ' || t.device_nid || ' message ' || t.seq FROM to_device t
                        LEFT JOIN stream_writer w ON w.slot = t.pos & 255
                        WHERE t.pos > coalesce(w.last_pos, 0)"""),
                ofServer("key_backup: sessions counts its sessions", """
                        SELECT 'user ' || t.user_nid || ' version ' || t.version FROM key_backup t
                        WHERE NOT t.deleted AND t.sessions <> (SELECT count(*) FROM key_backup_session s
                            WHERE s.user_nid = t.user_nid AND s.version = t.version)"""),
                ofServer("key_backup_session: belongs to a backup", """
                        SELECT 'user ' || t.user_nid || ' version ' || t.version FROM key_backup_session t
                        LEFT JOIN key_backup p ON p.user_nid = t.user_nid AND p.version = t.version
                        WHERE p.user_nid IS NULL"""));
    }
}
