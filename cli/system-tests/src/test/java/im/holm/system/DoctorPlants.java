package im.holm.system;

import java.util.HashMap;
import java.util.Map;

/// A fault for each check of `holm doctor`, as SQL on the database of a node with one room. `ROOM`
/// stands for its number.
final class DoctorPlants {
    private static final String USER = "(SELECT min(user_nid) FROM user_ref)";
    private static final String HIGH = "9000000000000000000";

    private DoctorPlants() {}

    static Map<String, String> byCheck() {
        var plants = new HashMap<String, String>();
        heads(plants);
        members(plants);
        events(plants);
        placed(plants);
        journal(plants);
        slices(plants);
        return plants;
    }

    private static void heads(Map<String, String> plants) {
        plants.put("room: every room has a head", "DELETE FROM room_head");
        plants.put("room_head: every head is of a room", "DELETE FROM room");
        plants.put(
                "room_head: next_ev follows the last event, and none is missing",
                "DELETE FROM event WHERE ev = 3");
        plants.put(
                "room_head: next_snap is above every snapshot",
                "UPDATE room_head SET next_snap = 1");
        plants.put("room_head: last_pos covers every event", "UPDATE room_head SET last_pos = 1");
        plants.put(
                "room_head: extremities are accepted events",
                "UPDATE room_head SET extremities = '{999}'");
        plants.put(
                "room_head: extremities have no accepted child",
                "UPDATE room_head SET extremities = '{1}'");
        plants.put(
                "room_head: joined and invited count the members",
                "UPDATE room_head SET joined = 7");
        plants.put(
                "state_snapshot: parents, sizes and digests are right",
                "UPDATE state_snapshot SET digest = decode(repeat('00', 32), 'hex')"
                        + " WHERE snap = 2");
        plants.put(
                "current_state: is the snapshot of the head",
                "DELETE FROM current_state WHERE type = 'm.room.topic'");
    }

    private static void members(Map<String, String> plants) {
        plants.put(
                "membership: every member event of the current state has its row",
                "DELETE FROM membership");
        plants.put(
                "membership: a row is of the current state or of an outlier",
                "UPDATE membership SET ev = 1");
        plants.put("membership: a row is of a known user", "UPDATE membership SET user_nid = 999");
        plants.put(
                "room_server: counts the joined members of each server",
                "UPDATE room_server SET members = 7");
        plants.put(
                "room_summary: name is what the current state says",
                "UPDATE room_summary SET name = 'another'");
        plants.put(
                "room_summary: topic is what the current state says",
                "UPDATE room_summary SET topic = NULL");
        plants.put(
                "room_summary: join_rule is what the current state says",
                "UPDATE room_summary SET join_rule = 'another'");
        plants.put(
                "room_summary: history_visibility is what the current state says",
                "UPDATE room_summary SET history_visibility = 'another'");
        plants.put(
                "mention: is of a timeline event with its key, for a local user",
                "INSERT INTO mention VALUES (" + USER + ", ROOM, 5, 0, 2)");
        plants.put(
                "receipt: is of an event that is there, by a known user",
                "INSERT INTO receipt VALUES (ROOM, " + USER + ", 5, 5, 5, -1, 999, 1)");
    }

    private static void events(Map<String, String> plants) {
        plants.put(
                "event: prev refers to events that are there",
                "UPDATE event SET prev = '{999}' WHERE ev = 2");
        plants.put(
                "event: auth refers to events that are there",
                "UPDATE event SET auth = '{999}' WHERE ev = 2");
        plants.put(
                "event: rel_ev refers to events that are there",
                "UPDATE event SET rel_ev = 999, rel_type = 1 WHERE ev = 2");
        plants.put(
                "event: redacted_by refers to events that are there",
                "UPDATE event SET redacted_by = 999 WHERE ev = 2");
        plants.put("event: its snapshots exist", "UPDATE event SET snap_after = 999 WHERE ev = 2");
        plants.put("event: its sender is known", "UPDATE event SET sender_nid = 999 WHERE ev = 2");
        plants.put("event: belongs to a room", "DELETE FROM room");
        plants.put(
                "event: redacted_by and the flag say the same",
                "UPDATE event SET flags = flags | 64 WHERE ev = 2");
        plants.put(
                "event: its JSON has the hash that is its id, and is pruned if redacted",
                "UPDATE event SET event_id = decode(repeat('00', 32), 'hex') WHERE ev = 2");
        plants.put(
                "event: a transaction id is used once",
                "DROP INDEX event_txn_key;"
                        + "UPDATE event SET txn_device = 1, txn_key = '\\x00', txn_id = 'a'");
        plants.put(
                "event: an event id is there once",
                "DROP INDEX event_event_id_key;UPDATE event SET event_id = '\\x00'");
    }

    private static void placed(Map<String, String> plants) {
        plants.put(
                "event: what is in the timeline was accepted",
                "UPDATE event SET flags = flags | 4 WHERE ev = 2");
        plants.put(
                "event: timeline keys are unique",
                "DROP INDEX event_tl_key;UPDATE event SET tl = 5");
        plants.put(
                "event: timeline keys lie between the head's bounds",
                "UPDATE event SET tl = " + HIGH + " WHERE ev = 2");
        plants.put(
                "event: live events are in the order of their positions",
                "UPDATE event SET tl = 1 WHERE ev = 4");
        plants.put(
                "event: a position in the journal's reach has its row there",
                "DELETE FROM journal WHERE kind = 1");
        plants.put(
                "room_gap: lies in the timeline",
                "INSERT INTO room_gap VALUES (ROOM, 9, 8, 1, 2, '{}')");
        plants.put(
                "missing_prev: the child is there, and what it misses is not",
                "INSERT INTO missing_prev SELECT room_nid, 2, event_id FROM event WHERE ev = 1");
        plants.put(
                "pending_redaction: is there, and what it redacts is not",
                "INSERT INTO pending_redaction SELECT room_nid, 2, event_id FROM event"
                        + " WHERE ev = 1");
        plants.put(
                "inbound_pdu: nothing is left of what is in its room",
                "INSERT INTO inbound_pdu SELECT room_nid, 5, 1, event_id, json FROM event"
                        + " WHERE ev = 1");
    }

    private static void journal(Map<String, String> plants) {
        plants.put(
                "journal: no position is above its writer's last one",
                "UPDATE stream_writer SET last_pos = 1");
        plants.put("journal: the latest rows are of known writers", "DELETE FROM stream_writer");
        plants.put(
                "journal: the latest rows of events have their event",
                "DELETE FROM event WHERE ev = 2");
        plants.put(
                "follower_cursor: is not ahead of the writers",
                "INSERT INTO follower_cursor VALUES ('planted', '{" + HIGH + "}')");
        plants.put("user_ref: every user has a server", "DELETE FROM server");
    }

    private static void slices(Map<String, String> plants) {
        plants.put("account: is of a local user", "UPDATE user_ref SET local = false");
        plants.put("device: belongs to an account", "DELETE FROM account");
        plants.put("access_token: belongs to a device", "DELETE FROM device");
        plants.put(
                "refresh_token: belongs to a device",
                "INSERT INTO refresh_token VALUES ('\\x00', 1, 999, 5, NULL)");
        plants.put(
                "account: a deactivated one has no device and no token",
                "UPDATE account SET deactivated_ms = 5");
        plants.put(
                "profile_field: belongs to an account",
                "INSERT INTO profile_field VALUES (999, 'a', '1')");
        plants.put(
                "account_data: is of a local user, about a room that is there",
                "INSERT INTO account_data VALUES (" + USER + ", 999, 'a', '\\x00', 5)");
        plants.put(
                "account_data: no position is above its writer's last one",
                "INSERT INTO account_data VALUES (" + USER + ", 0, 'a', '\\x00', " + HIGH + ")");
        plants.put(
                "room_alias: names a room that is there",
                "INSERT INTO room_alias VALUES ('#a:b', '!none:b', 1, 5)");
        plants.put("published_room: is there", "INSERT INTO published_room VALUES (999, 5)");
        plants.put(
                "sync_filter: is of a local user",
                "INSERT INTO sync_filter VALUES (999, 1, '\\x00', '\\x00')");
        plants.put(
                "one_to_one: is a room that is there", "INSERT INTO one_to_one VALUES (1, 2, 999)");
        plants.put(
                "thread_setting: is of a local user, about a room that is there",
                "INSERT INTO thread_setting VALUES (999, 999)");
        plants.put(
                "device_key: belongs to a device",
                "INSERT INTO device_key VALUES (1, 999, 'a', '\\x00')");
        plants.put(
                "one_time_key: belongs to a device",
                "INSERT INTO one_time_key (device_nid, algorithm, key_id, json)"
                        + " VALUES (999, 'a', 'b', '\\x00')");
        plants.put(
                "fallback_key: belongs to a device",
                "INSERT INTO fallback_key VALUES (999, 'a', 'b', '\\x00', false)");
        String toDevice = "INSERT INTO to_device (device_nid, user_nid, pos, json) VALUES (999, 1, "
                + HIGH + ", '\\x00')";
        plants.put("to_device: belongs to a device", toDevice);
        plants.put("to_device: no position is above its writer's last one", toDevice);
        plants.put(
                "key_backup: sessions counts its sessions",
                "INSERT INTO key_backup VALUES (1, 1, 'a', '\\x00', 1, 5, false)");
        plants.put(
                "key_backup_session: belongs to a backup",
                "INSERT INTO key_backup_session VALUES (1, 9, 'a', 'b', 1, 1, false, '\\x00')");
        plants.put("edu_outbox: its unit is kept", "INSERT INTO edu_outbox VALUES ('a', 999)");
        plants.put(
                "federation_checkpoint: is not ahead of the writers",
                "DELETE FROM federation_checkpoint;"
                        + "INSERT INTO federation_checkpoint VALUES (true, '{" + HIGH + "}')");
        plants.put(
                "destination: no acknowledgement is ahead of the writers",
                "INSERT INTO destination VALUES ('a', '{" + HIGH + "}', 0, 0, 0)");
    }
}
