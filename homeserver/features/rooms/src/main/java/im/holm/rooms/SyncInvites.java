package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.RoomStatus;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `rooms.invite.<room>` and `rooms.knock.<room>` of a `/sync` answer.
final class SyncInvites {

    private static final List<String> STRIPPED = List.of(
            EventTypes.CREATE,
            EventTypes.NAME,
            EventTypes.AVATAR,
            EventTypes.TOPIC,
            EventTypes.JOIN_RULES,
            EventTypes.CANONICAL_ALIAS,
            EventTypes.ENCRYPTION);

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

    private static List<JsonObject> stripped(SyncRoom room) {
        RoomView view = room.view();
        UserId user = room.member().user();
        Optional<StoredEvent> own =
                view.events(new int[] {room.member().ev()}).stream().findFirst();
        if (view.status() != RoomStatus.JOINED || view.head().snap() == 0) {
            return toldAndOwn(view.strippedState(user), own);
        }
        List<JsonObject> events = new ArrayList<>();
        for (String type : STRIPPED) {
            view.stateEvent(StateKey.of(type)).map(Rendition::stripped).ifPresent(events::add);
        }
        own.flatMap(event -> view.stateEvent(StateKey.member(event.row().sender())))
                .filter(inviter -> inviter.row().ev() != room.member().ev())
                .map(Rendition::stripped)
                .ifPresent(events::add);
        own.map(Rendition::stripped).ifPresent(events::add);
        return events;
    }

    /// What another server told of a room that we are not in, and the invite or knock itself: clients
    /// read from it that they are invited, and by whom.
    private static List<JsonObject> toldAndOwn(List<JsonObject> told, Optional<StoredEvent> own) {
        List<JsonObject> events =
                new ArrayList<>(told.stream().map(Rendition::stripped).toList());
        own.map(Rendition::stripped).filter(event -> !events.contains(event)).ifPresent(events::add);
        return events;
    }
}
