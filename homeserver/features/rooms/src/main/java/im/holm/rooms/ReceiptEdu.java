package im.holm.rooms;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One receipt in another server's `m.receipt` (server-server API, "Receipts").
///
/// @param ts when it was read, milliseconds since 1970, as the other server says
record ReceiptEdu(RoomId room, UserId user, EventId event, long ts, Optional<String> thread) {

    /// More receipts in one unit are not looked at.
    private static final int RECEIPTS_MAX = 500;

    /// What is well formed and about the origin's own users.
    static List<ReceiptEdu> read(ServerName origin, JsonObject content) {
        List<ReceiptEdu> all = new ArrayList<>();
        content.forEach((roomText, ofRoom) -> RoomId.parse(roomText)
                .ifPresent(room -> users(ofRoom)
                        .forEach((userText, receipt) -> UserId.parse(userText)
                                .filter(user -> user.server().equals(origin))
                                .flatMap(user -> read(room, user, receipt))
                                .filter(_ -> all.size() < RECEIPTS_MAX)
                                .ifPresent(all::add))));
        return all;
    }

    private static JsonObject users(JsonValue ofRoom) {
        return ofRoom instanceof JsonObject types
                ? types.object(ReadReceipts.READ).orElse(JsonObject.EMPTY)
                : JsonObject.EMPTY;
    }

    private static Optional<ReceiptEdu> read(RoomId room, UserId user, JsonValue value) {
        if (!(value instanceof JsonObject receipt)) {
            return Optional.empty();
        }
        JsonObject data = receipt.object("data").orElse(JsonObject.EMPTY);
        Optional<EventId> event = receipt.array("event_ids")
                .filter(ids -> !ids.isEmpty() && ids.get(0) instanceof JsonString)
                .flatMap(ids -> EventId.parse(((JsonString) ids.get(0)).value()));
        return event.map(id -> new ReceiptEdu(
                room, user, id, data.integer("ts").orElse(0), data.string("thread_id")));
    }
}
