package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `rooms.invite.<room>` and `rooms.knock.<room>` of a `/sync` answer.
final class SyncInvites {

    private SyncInvites() {}

    /// @param key `invite_state` or `knock_state`
    /// @return empty if the device knows of it already
    static Optional<byte[]> read(SyncRequest request, SyncRoom room, String key) {
        boolean told = request.since()
                .filter(since -> since.covers(room.member().pos()))
                .isPresent();
        if (told && !request.fullState()) {
            return Optional.empty();
        }
        var out = new JsonOut();
        out.beginObject()
                .field(key, JsonObject.of("events", JsonArray.of(stripped(room))))
                .endObject();
        return Optional.of(out.toBytes());
    }

    /// What the reader may know of the room, their own member event last: by it clients see
    /// that they are invited, and by whom.
    private static List<JsonObject> stripped(SyncRoom room) {
        RoomView view = room.view();
        List<JsonObject> events =
                new ArrayList<>(view.strippedState(room.member().user()).stream()
                        .map(Rendition::stripped)
                        .toList());
        view.events(new int[] {room.member().ev()}).stream()
                .map(Rendition::stripped)
                .forEach(own -> {
                    events.removeIf(event -> isSamePlace(event, own));
                    events.add(own);
                });
        return events;
    }

    private static boolean isSamePlace(JsonObject one, JsonObject other) {
        return one.get("type").equals(other.get("type"))
                && one.get("state_key").equals(other.get("state_key"));
    }
}
