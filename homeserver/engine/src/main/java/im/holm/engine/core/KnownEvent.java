package im.holm.engine.core;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;

/// An event that the room's state holds in memory: its row, and the event itself, parsed when first
/// asked for.
public final class KnownEvent {

    private final EventRow row;
    private final RoomVersion version;
    /// Parsed from the row at first use; doing it twice does no harm.
    private volatile Pdu pdu;

    KnownEvent(EventRow row, RoomVersion version) {
        this.row = row;
        this.version = version;
    }

    KnownEvent(EventRow row, Pdu pdu) {
        this.row = row;
        this.version = pdu.version();
        this.pdu = pdu;
    }

    public EventRow row() {
        return row;
    }

    int ev() {
        return row.ev();
    }

    boolean has(int flag) {
        return row.has(flag);
    }

    boolean isState() {
        return row.stateKey().isPresent();
    }

    public Optional<StateKey> place() {
        return row.stateKey().map(key -> new StateKey(row.type(), key));
    }

    public Pdu pdu() {
        Pdu parsed = pdu;
        if (parsed == null) {
            parsed = switch (PduParser.parse(version, row.json())) {
                case ParsedPdu.WellFormed(Pdu wellFormed) -> wellFormed;
                case ParsedPdu.Malformed(String reason) ->
                    throw new IllegalStateException(
                            "stored event " + row.eventId() + ": " + reason);
            };
            pdu = parsed;
        }
        return parsed;
    }

    /// The membership that a member event sets. Reading it does not take the event apart:
    /// hashing and checking thousands of them is what loading a big room would cost.
    public Optional<Membership> membership() {
        if (!row.type().equals(EventTypes.MEMBER)) {
            return Optional.empty();
        }
        Pdu parsed = pdu;
        Optional<JsonObject> content = parsed != null
                ? Optional.of(parsed.content())
                : JsonParser.parseObject(row.json(), JsonLimits.LAX_EVENT)
                        .object()
                        .flatMap(event -> event.object("content"));
        return content.flatMap(keys -> keys.string("membership")).flatMap(Membership::ofWire);
    }

    /// The ids of a stored event's previous events.
    public static List<EventId> prevEvents(EventRow row, RoomVersion version) {
        return new KnownEvent(row, version).pdu().prevEvents();
    }

    KnownEvent with(EventRow changed) {
        var next = new KnownEvent(changed, version);
        next.pdu = changed.json() == row.json() ? pdu : null;
        return next;
    }

    /// About how much memory it takes, parsed.
    int weightBytes() {
        return 512 + 3 * row.json().length;
    }
}
