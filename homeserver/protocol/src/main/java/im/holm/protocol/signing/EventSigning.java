package im.holm.protocol.signing;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Hashes and signs events (server-server API, "Adding hashes and signatures to outgoing
/// events").
public final class EventSigning {
    private EventSigning() {}

    /// Makes an event of a draft: content hash, signature, id. Room versions whose senders
    /// choose ids are refused.
    public static SignedEvent sign(RoomVersion version, EventDraft draft, Signer signer) {
        if (version.hasChosenEventIds()) {
            return new SignedEvent.Refused(
                    false, "events of room version " + version + " are not made here");
        }
        return finish(version, draftJson(version, draft), signer);
    }

    /// Hashes and signs an event that is complete but for `hashes` and our signature, such as
    /// the template of a join. Hashes and signatures that it brought along are dropped.
    public static SignedEvent signTemplate(
            RoomVersion version, JsonObject template, Signer signer) {
        return finish(
                version,
                template.without("hashes").without("signatures").without("unsigned"),
                signer);
    }

    /// Adds a signature to an event that others have signed already, such as an invite.
    public static JsonObject cosign(RoomVersion version, JsonObject event, Signer signer) {
        return JsonSigning.addSignature(
                event,
                signer,
                signer.sign(JsonSigning.signedBytes(Redaction.redact(version, event))));
    }

    /// The event as JSON, before it is hashed and signed: the template that `make_join` and
    /// its kind answer with.
    public static JsonObject draftJson(RoomVersion version, EventDraft draft) {
        JsonObject content = draft.content();
        JsonObject.Builder event = JsonObject.builder();
        if (draft.redacts().isPresent()) {
            String target = draft.redacts().get().text();
            if (version.redactsInContent()) {
                content = content.with("redacts", target);
            } else {
                event.put("redacts", target);
            }
        }
        draft.roomId().ifPresent(room -> event.put("room_id", room.text()));
        draft.stateKey().ifPresent(key -> event.put("state_key", key));
        return event.put("sender", draft.sender().toString())
                .put("type", draft.type())
                .put("content", content)
                .put("prev_events", JsonArray.ofStrings(draft.prevEvents()))
                .put("auth_events", JsonArray.ofStrings(draft.authEvents()))
                .put("depth", Math.min(draft.depth(), EventLimits.DEPTH_MAX))
                .put("origin_server_ts", draft.originServerTs())
                .build();
    }

    private static SignedEvent finish(RoomVersion version, JsonObject event, Signer signer) {
        JsonObject signed = cosign(version, ContentHash.addTo(event), signer);
        return switch (PduParser.parse(version, signed)) {
            case ParsedPdu.WellFormed(var pdu) -> new SignedEvent.Signed(new VerifiedPdu(pdu));
            case ParsedPdu.Malformed(String reason) ->
                new SignedEvent.Refused(isTooLarge(signed), reason);
        };
    }

    private static boolean isTooLarge(JsonObject event) {
        boolean hasLongField = List.of("type", "state_key").stream()
                .flatMap(key -> event.string(key).stream())
                .anyMatch(text ->
                        text.getBytes(StandardCharsets.UTF_8).length > EventLimits.FIELD_MAX_BYTES);
        return hasLongField || CanonicalJson.write(event).length > EventLimits.EVENT_MAX_BYTES;
    }
}
