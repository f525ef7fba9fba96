package im.holm.store;

import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomAppend.EventUpdate;
import im.holm.engine.core.RoomAppend.StateChange;
import im.holm.journal.UnitWriter.Placed;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

import org.jdbi.v3.core.Handle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// `room_summary`: made anew from the current state whenever what it shows has changed, which is
/// rare. Heroes (client-server API, "Room summary": up to five other members for a room without a
/// name) are the six members who have been in it or invited for longest, so that five are left
/// whoever reads.
final class SummaryRows {
    private static final String ROOM_TYPE_KEY = "type";

    /// The key of the content that a column shows, by event type.
    private static final Map<String, String> SHOWN = Map.of(
            EventTypes.NAME, "name",
            EventTypes.TOPIC, "topic",
            EventTypes.AVATAR, "url",
            EventTypes.CANONICAL_ALIAS, "alias",
            EventTypes.ENCRYPTION, "algorithm",
            EventTypes.CREATE, ROOM_TYPE_KEY,
            EventTypes.JOIN_RULES, "join_rule",
            EventTypes.HISTORY_VISIBILITY, "history_visibility",
            EventTypes.TOMBSTONE, "replacement_room");

    void write(Handle handle, List<Placed<RoomAppend>> units) {
        Set<Long> shownChanged = new TreeSet<>();
        Set<Long> membersChanged = new TreeSet<>();
        for (var unit : units) {
            var append = unit.rows();
            long roomNid = append.room().roomNid();
            if (append.state().stream().anyMatch(SummaryRows::isShown)
                    || append.updates().stream().anyMatch(SummaryRows::isShown)) {
                shownChanged.add(roomNid);
                membersChanged.add(roomNid);
            } else if (!append.members().isEmpty()) {
                membersChanged.add(roomNid);
            }
        }
        if (!shownChanged.isEmpty()) {
            rewrite(handle, List.copyOf(shownChanged));
        }
        if (!membersChanged.isEmpty()) {
            chooseHeroes(handle, List.copyOf(membersChanged));
        }
    }

    private static boolean isShown(StateChange change) {
        return change.key().key().isEmpty() && SHOWN.containsKey(change.key().type());
    }

    /// A redaction takes from a state event what it said.
    private static boolean isShown(EventUpdate update) {
        return update.row().stateKey().filter(String::isEmpty).isPresent()
                && SHOWN.containsKey(update.row().type());
    }

    private static void rewrite(Handle handle, List<Long> rooms) {
        Map<Place, String> shown = new HashMap<>();
        var rows = Sql.list(
                handle,
                row -> new StateEvent(
                        new Place(row.getLong("room_nid"), row.getString("type")),
                        row.getBytes("json")),
                """
                SELECT c.room_nid, c.type, e.json
                FROM current_state c JOIN event e ON e.room_nid = c.room_nid AND e.ev = c.ev
                WHERE c.room_nid = ANY (?::bigint[]) AND c.type = ANY (?::text[])
                    AND c.state_key = ''""",
                Column.bigints(rooms, nid -> nid),
                Column.texts(List.copyOf(SHOWN.keySet()), type -> type));
        for (StateEvent row : rows) {
            content(row.json)
                    .string(SHOWN.get(row.place.type))
                    .ifPresent(text -> shown.put(row.place, text.replace("\0", "")));
        }
        Sql.update(
                handle,
                """
                INSERT INTO room_summary (room_nid, name, topic, avatar, alias, encryption,
                    room_type, join_rule, history_visibility, tombstone, heroes)
                SELECT room_nid, name, topic, avatar, alias, encryption, room_type, join_rule,
                    history_visibility, tombstone, '{}'
                FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                        ?::text[], ?::text[], ?::text[], ?::text[])
                    AS u (room_nid, name, topic, avatar, alias, encryption, room_type, join_rule,
                        history_visibility, tombstone)
                ON CONFLICT (room_nid) DO UPDATE
                SET name = excluded.name, topic = excluded.topic, avatar = excluded.avatar,
                    alias = excluded.alias, encryption = excluded.encryption,
                    room_type = excluded.room_type, join_rule = excluded.join_rule,
                    history_visibility = excluded.history_visibility,
                    tombstone = excluded.tombstone, heroes = '{}'""",
                Column.bigints(rooms, nid -> nid),
                column(rooms, shown, EventTypes.NAME),
                column(rooms, shown, EventTypes.TOPIC),
                column(rooms, shown, EventTypes.AVATAR),
                column(rooms, shown, EventTypes.CANONICAL_ALIAS),
                column(rooms, shown, EventTypes.ENCRYPTION),
                column(rooms, shown, EventTypes.CREATE),
                column(rooms, shown, EventTypes.JOIN_RULES),
                column(rooms, shown, EventTypes.HISTORY_VISIBILITY),
                column(rooms, shown, EventTypes.TOMBSTONE));
    }

    private static Column column(List<Long> rooms, Map<Place, String> shown, String type) {
        return Column.texts(rooms, nid -> shown.get(new Place(nid, type)));
    }

    private static JsonObject content(byte[] json) {
        return JsonParser.parseObject(json, JsonLimits.LAX_EVENT)
                .object()
                .flatMap(event -> event.object("content"))
                .orElse(JsonObject.EMPTY);
    }

    private static void chooseHeroes(Handle handle, List<Long> rooms) {
        Sql.update(handle, """
                UPDATE room_summary s
                SET heroes = ARRAY (
                    SELECT m.user_nid FROM membership m
                    WHERE m.room_nid = s.room_nid AND m.membership IN (1, 2)
                    ORDER BY m.ev, m.user_nid LIMIT 6)
                WHERE s.room_nid = ANY (?::bigint[]) AND s.name IS NULL AND s.alias IS NULL
                """, Column.bigints(rooms, nid -> nid));
    }

    private record Place(long roomNid, String type) {}

    private record StateEvent(Place place, byte[] json) {}
}
