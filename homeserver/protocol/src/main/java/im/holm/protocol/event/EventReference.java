package im.holm.protocol.event;

import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How an event names another in `prev_events` and `auth_events`: by its id; in room versions 1
/// and 2, whose ids say nothing about the event, by a pair of its id and its reference hash.
///
/// @param sha256 the reference hash in unpadded base64; empty where the version writes none
public record EventReference(EventId id, Optional<String> sha256) {
    /// Reads one entry of a list of references; empty when it is malformed. As room versions 1
    /// and 2 let pass what others refuse, a pair there may lack the hash.
    public static Optional<EventReference> parse(RoomVersion version, JsonValue entry) {
        if (!version.hasChosenEventIds()) {
            return entry instanceof JsonString(String id)
                    ? hashId(version, id).map(known -> new EventReference(known, Optional.empty()))
                    : Optional.empty();
        }
        return entry instanceof JsonArray pair
                        && pair.size() == 2
                        && pair.get(0) instanceof JsonString(String id)
                        && pair.get(1) instanceof JsonObject hashes
                ? EventId.parse(id).map(known -> new EventReference(known, hashes.string("sha256")))
                : Optional.empty();
    }

    private static Optional<EventId> hashId(RoomVersion version, String text) {
        return EventId.parse(text).filter(id -> switch (version.eventIds()) {
            case HASH_URL_SAFE_BASE64 -> id.isHash();
            case HASH_STANDARD_BASE64 -> id.isStandardHash();
            case CHOSEN_BY_SENDER -> true;
        });
    }

    /// The hashes that a draft must bring along to name these events; empty where the room
    /// version writes none.
    public static Map<EventId, String> hashesOf(Collection<Pdu> events) {
        Map<EventId, String> hashes = new HashMap<>();
        for (Pdu event : events) {
            if (event.version().hasChosenEventIds()) {
                byte[] hash = ReferenceHash.of(event.version(), event.json());
                hashes.put(event.eventId(), Base64Text.encode(hash));
            }
        }
        return hashes;
    }

    /// The list as the room version writes it. Throws [IllegalArgumentException] when it writes
    /// hashes and one is missing.
    public static JsonArray write(
            RoomVersion version, List<EventId> ids, Map<EventId, String> hashes) {
        if (!version.hasChosenEventIds()) {
            return JsonArray.ofStrings(ids);
        }
        List<JsonValue> pairs = new ArrayList<>();
        for (EventId id : ids) {
            String hash = hashes.get(id);
            if (hash == null) {
                throw new IllegalArgumentException("no reference hash of " + id);
            }
            pairs.add(JsonArray.of(List.of(
                    new JsonString(id.text()), JsonObject.of("sha256", new JsonString(hash)))));
        }
        return JsonArray.of(pairs);
    }
}
