package im.holm.slice;

import im.holm.journal.Vector;
import im.holm.protocol.json.JsonObject;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A feature's part of `/sync`, sliding sync and the gateway: what is new for one device between
/// two cuts. It must not read beyond `to`.
public interface SyncSection {

    Part read(Reading reading);

    /// @param from empty on an initial sync
    /// @param ephemeralFrom sequence number of [Ephemeral] seen before, 0 if none in this boot
    /// @param joined numbers of the rooms that the user is joined to at `to`
    record Reading(
            Caller caller,
            Optional<Vector> from,
            Vector to,
            long ephemeralFrom,
            long ephemeralTo,
            Set<Long> joined) {}

    /// @param topLevel keys merged into the answer; `events` arrays of one key are joined
    /// @param rooms by room number: keys merged into `rooms.join.<room>` likewise
    /// @param present whether there is something that a waiting client is to be told
    record Part(
            Map<String, JsonObject> topLevel,
            Map<Long, Map<String, JsonObject>> rooms,
            boolean present) {

        public static final Part EMPTY = new Part(Map.of(), Map.of(), false);

        public Part {
            topLevel = Map.copyOf(topLevel);
            rooms = Map.copyOf(rooms);
        }
    }
}
