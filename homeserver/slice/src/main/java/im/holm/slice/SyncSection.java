package im.holm.slice;

import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.Vector;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;

/// A feature's part of `/sync`, sliding sync and the gateway: what is new for one device between
/// two cuts. It must not read beyond `to`.
public interface SyncSection {

    Part read(Reading reading);

    /// @param from empty on an initial sync
    /// @param ephemeralFrom sequence number of [Ephemeral] seen before, 0 if none in this boot
    /// @param joined numbers of the rooms that the user is joined to at `to`
    /// @param memberships all that the user has at `to`
    /// @param touched whether something may have happened in a room of this number in between
    record Reading(
            Caller caller,
            Optional<Vector> from,
            Vector to,
            long ephemeralFrom,
            long ephemeralTo,
            Set<Long> joined,
            List<StoredMember> memberships,
            LongPredicate touched) {}

    /// @param topLevel keys merged into the answer; of objects under one key the keys are
    /// merged, and `events` arrays joined
    /// @param rooms by room number: keys merged into `rooms.join.<room>` likewise
    /// @param present whether there is something that a waiting client is to be told
    record Part(
            Map<String, JsonValue> topLevel,
            Map<Long, Map<String, JsonObject>> rooms,
            boolean present) {

        public static final Part EMPTY = new Part(Map.of(), Map.of(), false);

        public Part {
            topLevel = Map.copyOf(topLevel);
            rooms = Map.copyOf(rooms);
        }
    }
}
