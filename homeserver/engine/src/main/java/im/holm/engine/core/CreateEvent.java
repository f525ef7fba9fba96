package im.holm.engine.core;

import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.version.RoomVersion;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The first event of a room. It comes before the room's state: where its hash names the room,
/// there is no room before it.
public final class CreateEvent {

    private CreateEvent() {}

    /// @param room the id of the room, where the room version does not derive it
    /// @param content without `room_version` and without `creator`
    public static SignedEvent sign(
            RoomVersion version,
            Optional<RoomId> room,
            UserId creator,
            JsonObject content,
            Signer signer,
            Instant now) {
        JsonObject whole = content.with("room_version", version.id());
        if (version.creatorInContent()) {
            whole = whole.with("creator", creator.toString());
        }
        var draft = new EventDraft(
                version.roomIdIsCreateHash() ? Optional.empty() : room,
                creator,
                EventTypes.CREATE,
                Optional.of(""),
                whole,
                List.of(),
                List.of(),
                1,
                now.toEpochMilli());
        return EventSigning.sign(version, draft, signer);
    }
}
