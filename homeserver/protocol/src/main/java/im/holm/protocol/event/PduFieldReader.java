package im.holm.protocol.event;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads the fields of one event in the format of its room version.
final class PduFieldReader {
    sealed interface Outcome {}

    record Fields(PduFields fields) implements Outcome {}

    record Wrong(String reason) implements Outcome {}

    private final RoomVersion version;
    private final JsonObject event;
    private String problem;

    PduFieldReader(RoomVersion version, JsonObject event) {
        this.version = version;
        this.event = event;
    }

    Outcome read() {
        Optional<String> type = text("type");
        Optional<UserId> sender = text("sender").flatMap(this::sender);
        Optional<String> stateKey = event.has("state_key") ? text("state_key") : Optional.empty();
        Optional<RoomId> roomId = roomId(type.orElse(""), stateKey.isPresent());
        Optional<JsonObject> content = event.object("content");
        List<EventId> prev = references("prev_events", EventLimits.PREV_EVENTS_MAX);
        List<EventId> auth = references("auth_events", EventLimits.AUTH_EVENTS_MAX);
        OptionalLong depth = depth();
        OptionalLong originServerTs = event.integer("origin_server_ts");
        check(content.isPresent(), "content is not an object");
        check(originServerTs.isPresent(), "origin_server_ts is not an integer");
        check(hasSha256(), "hashes.sha256 is not a string");
        check(hasSignatures(), "signatures is not an object of objects");
        if (problem != null) {
            return new Wrong(problem);
        }
        return new Fields(new PduFields(
                roomId,
                sender.orElseThrow(),
                type.orElseThrow(),
                stateKey,
                content.orElseThrow(),
                prev,
                auth,
                depth.orElseThrow(),
                originServerTs.orElseThrow()));
    }

    private void check(boolean holds, String otherwise) {
        if (!holds && problem == null) {
            problem = otherwise;
        }
    }

    private Optional<String> text(String key) {
        Optional<String> text = event.string(key);
        check(text.isPresent(), key + " is not a string");
        check(
                text.isEmpty() || fits(text.get()),
                key + " is longer than " + EventLimits.FIELD_MAX_BYTES + " bytes");
        return text;
    }

    private static boolean fits(String text) {
        return text.length() <= EventLimits.FIELD_MAX_BYTES
                && text.getBytes(StandardCharsets.UTF_8).length <= EventLimits.FIELD_MAX_BYTES;
    }

    private Optional<UserId> sender(String text) {
        Optional<UserId> sender = UserId.parse(text);
        check(sender.isPresent(), "sender is not a user id");
        return sender;
    }

    /// A create event that names its room needs no `room_id`; whether it may have one is an
    /// auth rule.
    private Optional<RoomId> roomId(String type, boolean isState) {
        boolean namesItsRoom =
                version.roomIdIsCreateHash() && type.equals(EventTypes.CREATE) && isState;
        if (namesItsRoom) {
            return Optional.empty();
        }
        Optional<RoomId> roomId = event.string("room_id").flatMap(RoomId::parse);
        check(roomId.isPresent(), "room_id is missing or malformed");
        return roomId;
    }

    private OptionalLong depth() {
        OptionalLong depth = event.integer("depth");
        check(depth.isPresent() && depth.getAsLong() >= 0, "depth is not an integer from 0");
        return depth;
    }

    private boolean hasSha256() {
        return event.object("hashes").flatMap(hashes -> hashes.string("sha256")).isPresent();
    }

    private boolean hasSignatures() {
        Optional<JsonObject> signatures = event.object("signatures");
        if (signatures.isEmpty()) {
            return false;
        }
        for (int i = 0; i < signatures.get().size(); i++) {
            if (!(signatures.get().valueAt(i) instanceof JsonObject)) {
                return false;
            }
        }
        return true;
    }

    private List<EventId> references(String key, int max) {
        Optional<JsonArray> array = event.array(key);
        if (array.isEmpty()) {
            check(false, key + " is not an array");
            return List.of();
        }
        if (array.get().size() > max) {
            check(false, key + " has more than " + max + " entries");
            return List.of();
        }
        List<EventId> ids = new ArrayList<>();
        for (JsonValue entry : array.get()) {
            Optional<EventId> id = EventReference.parse(version, entry).map(EventReference::id);
            check(id.isPresent(), key + " has a malformed entry");
            id.ifPresent(ids::add);
        }
        return List.copyOf(ids);
    }
}
