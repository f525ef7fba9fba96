package im.holm.protocol.event;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;

/// An event that is well-formed for its room version: every field that the protocol reads is
/// there, has its type and keeps its limits. Nobody has checked who made it: hashes and
/// signatures may be forged ([VerifiedPdu]), and it may not be allowed (`AuthRules`).
///
/// Only [PduParser] makes one. Two are equal when their ids are.
public final class Pdu {
    private final RoomVersion version;
    private final EventId eventId;
    private final RoomId roomId;
    private final UserId sender;
    private final String type;
    private final String stateKey;
    private final JsonObject content;
    private final List<EventId> prevEvents;
    private final List<EventId> authEvents;
    private final long depth;
    private final long originServerTs;
    private final JsonObject json;
    private final byte[] canonical;

    Pdu(
            RoomVersion version,
            EventId eventId,
            RoomId roomId,
            PduFields fields,
            JsonObject json,
            byte[] canonical) {
        this.version = version;
        this.eventId = eventId;
        this.roomId = roomId;
        this.sender = fields.sender();
        this.type = fields.type();
        this.stateKey = fields.stateKey().orElse(null);
        this.content = fields.content();
        this.prevEvents = fields.prevEvents();
        this.authEvents = fields.authEvents();
        this.depth = fields.depth();
        this.originServerTs = fields.originServerTs();
        this.json = json;
        this.canonical = canonical;
    }

    public RoomVersion version() {
        return version;
    }

    public EventId eventId() {
        return eventId;
    }

    /// The room; of a create event whose room is named by it, derived from the event's own id.
    public RoomId roomId() {
        return roomId;
    }

    public UserId sender() {
        return sender;
    }

    public String type() {
        return type;
    }

    public Optional<String> stateKey() {
        return Optional.ofNullable(stateKey);
    }

    public boolean isState() {
        return stateKey != null;
    }

    /// The place in the room's state, of a state event.
    public Optional<StateKey> statePlace() {
        return stateKey().map(key -> new StateKey(type, key));
    }

    /// Whether this is a state event of the type with the empty state key.
    public boolean isState(String wantedType) {
        return type.equals(wantedType) && "".equals(stateKey);
    }

    public JsonObject content() {
        return content;
    }

    /// `content.membership`, of a membership event.
    public Optional<String> membership() {
        return type.equals(EventTypes.MEMBER) && isState()
                ? content.string("membership")
                : Optional.empty();
    }

    /// The event that this redaction names, wherever its room version puts the name.
    public Optional<EventId> redacts() {
        if (!type.equals(EventTypes.REDACTION)) {
            return Optional.empty();
        }
        JsonObject holder = version.redactsInContent() ? content : json;
        return holder.string("redacts").flatMap(EventId::parse);
    }

    public List<EventId> prevEvents() {
        return prevEvents;
    }

    public List<EventId> authEvents() {
        return authEvents;
    }

    public long depth() {
        return depth;
    }

    /// Milliseconds since 1970, as the sender's server claims.
    public long originServerTs() {
        return originServerTs;
    }

    /// The event as it is sent between servers, without `unsigned`.
    public JsonObject json() {
        return json;
    }

    /// [#json()] in canonical JSON, signatures included. The caller gets a copy.
    public byte[] canonicalBytes() {
        return canonical.clone();
    }

    /// [#canonicalBytes()] without a copy, for a store that keeps them: nobody may change them.
    public byte[] sharedBytes() {
        return canonical;
    }

    /// The length of [#canonicalBytes()].
    public int sizeBytes() {
        return canonical.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pdu pdu && eventId.equals(pdu.eventId);
    }

    @Override
    public int hashCode() {
        return eventId.hashCode();
    }

    @Override
    public String toString() {
        return type + " " + eventId;
    }
}
