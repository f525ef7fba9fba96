package im.holm.protocol.event;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.version.RoomVersion;

import java.util.Optional;

/// Turns untrusted bytes or JSON into an event that is well-formed for its room version. Every
/// failure is an answer.
public final class PduParser {
    private PduParser() {}

    public static ParsedPdu parse(RoomVersion version, byte[] bytes) {
        return switch (JsonParser.parseObject(bytes, JsonLimits.LAX_EVENT)) {
            case JsonResult.Parsed(JsonObject event) -> parse(version, event);
            case JsonResult.Parsed(var other) -> new ParsedPdu.Malformed("not an object");
            case JsonResult.Malformed(var problem, var where) ->
                new ParsedPdu.Malformed("not an event: " + problem + " at " + where);
        };
    }

    public static ParsedPdu parse(RoomVersion version, JsonObject event) {
        return parse(version, event, Optional.empty());
    }

    /// As [#parse(RoomVersion, JsonObject)], for who has just signed the event and so knows
    /// its id.
    public static ParsedPdu parse(RoomVersion version, JsonObject event, EventId eventId) {
        return parse(version, event, Optional.of(eventId));
    }

    private static ParsedPdu parse(
            RoomVersion version, JsonObject event, Optional<EventId> eventId) {
        JsonObject json = event.without("unsigned");
        if (version.canonicalJson() && !CanonicalJson.isCanonical(json)) {
            return new ParsedPdu.Malformed("a number is not canonical JSON");
        }
        byte[] canonical = CanonicalJson.write(json);
        if (canonical.length > EventLimits.EVENT_MAX_BYTES) {
            return new ParsedPdu.Malformed(
                    canonical.length + " bytes, at most " + EventLimits.EVENT_MAX_BYTES);
        }
        return switch (new PduFieldReader(version, json).read()) {
            case PduFieldReader.Fields(PduFields fields) ->
                eventId.<ParsedPdu>map(known -> identified(version, known, fields, json, canonical))
                        .orElseGet(() -> identify(version, fields, json, canonical));
            case PduFieldReader.Wrong(String reason) -> new ParsedPdu.Malformed(reason);
        };
    }

    /// The redacted form of an event that was well-formed. It keeps its id, and every field
    /// that the parser asks for.
    public static Pdu redacted(Pdu pdu) {
        return parse(pdu.version(), Redaction.redact(pdu.version(), pdu.json()))
                .wellFormed()
                .orElseThrow(
                        () -> new AssertionError("the redacted form of " + pdu + " is malformed"));
    }

    private static ParsedPdu identify(
            RoomVersion version, PduFields fields, JsonObject json, byte[] canonical) {
        Optional<EventId> eventId = version.hasChosenEventIds()
                ? json.string("event_id")
                        .flatMap(EventId::parse)
                        .filter(id -> id.server().isPresent())
                : Optional.of(ReferenceHash.eventId(version, json));
        if (eventId.isEmpty()) {
            return new ParsedPdu.Malformed("event_id is missing or malformed");
        }
        return identified(version, eventId.get(), fields, json, canonical);
    }

    private static ParsedPdu identified(
            RoomVersion version,
            EventId eventId,
            PduFields fields,
            JsonObject json,
            byte[] canonical) {
        boolean namesItsRoom = version.roomIdIsCreateHash()
                && fields.type().equals(EventTypes.CREATE)
                && fields.stateKey().isPresent();
        RoomId roomId =
                namesItsRoom ? RoomId.ofCreate(eventId) : fields.roomId().orElseThrow();
        return new ParsedPdu.WellFormed(new Pdu(version, eventId, roomId, fields, json, canonical));
    }
}
