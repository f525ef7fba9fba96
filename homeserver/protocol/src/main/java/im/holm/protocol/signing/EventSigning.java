package im.holm.protocol.signing;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.EventReference;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.event.ReferenceHash;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// Hashes and signs events (server-server API, "Adding hashes and signatures to outgoing
/// events").
public final class EventSigning {
    private EventSigning() {}

    /// Characters of the opaque part of ids that we choose: 144 bits of a hash.
    private static final int CHOSEN_ID_CHARS = 24;

    /// Makes an event of a draft: content hash, signature, id. Throws
    /// [IllegalArgumentException] when the room version writes reference hashes and the draft
    /// lacks one.
    public static SignedEvent sign(RoomVersion version, EventDraft draft, Signer signer) {
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
        event.put("sender", draft.sender().toString())
                .put("type", draft.type())
                .put("content", content)
                .put(
                        "prev_events",
                        EventReference.write(version, draft.prevEvents(), draft.hashes()))
                .put(
                        "auth_events",
                        EventReference.write(version, draft.authEvents(), draft.hashes()))
                .put("depth", Math.min(draft.depth(), EventLimits.depthMax(version)))
                .put("origin_server_ts", draft.originServerTs());
        return identified(version, event.build(), draft.sender().server());
    }

    /// The event with an id of the server's choice, where the room version wants one. It is
    /// made of the event's hash, so that the same event always gets the same id and two never
    /// share one; the version promises nobody that.
    private static JsonObject identified(RoomVersion version, JsonObject event, ServerName server) {
        if (!version.hasChosenEventIds()) {
            return event;
        }
        String hash =
                Base64.getUrlEncoder().encodeToString(ContentHash.of(event.without("event_id")));
        return event.with("event_id", "$" + hash.substring(0, CHOSEN_ID_CHARS) + ":" + server);
    }

    private static SignedEvent finish(RoomVersion version, JsonObject event, Signer signer) {
        JsonObject hashed = ContentHash.addTo(identified(version, event, signer.server()));
        byte[] bytes = JsonSigning.signedBytes(Redaction.redact(version, hashed));
        JsonObject signed = JsonSigning.addSignature(hashed, signer, signer.sign(bytes));
        ParsedPdu parsed = version.hasChosenEventIds()
                ? PduParser.parse(version, signed)
                : PduParser.parse(version, signed, ReferenceHash.ofSignedBytes(version, bytes));
        return switch (parsed) {
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
