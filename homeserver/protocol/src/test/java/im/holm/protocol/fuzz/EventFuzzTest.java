package im.holm.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonWriter;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.version.RoomVersion;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Events of every room version, whole and mangled, through all that is done to one event.
class EventFuzzTest {
    private static final int CASES = 4_000;

    private static final List<String> FIELDS = List.of(
            "type",
            "sender",
            "room_id",
            "state_key",
            "content",
            "depth",
            "origin_server_ts",
            "prev_events",
            "auth_events",
            "hashes",
            "signatures",
            "event_id",
            "unsigned",
            "redacts",
            "origin",
            "membership",
            "age_ts");

    private int wellFormed;
    private int verified;

    @Test
    void whateverAnEventIsItIsReadOrRefused() {
        long cases = FuzzRun.each(CASES, this::check);
        if (FuzzRun.isDefault()) {
            assertThat(wellFormed).isBetween(CASES / 5, CASES * 4 / 5);
            assertThat(verified).isGreaterThan(CASES / 20);
        }
        assertThat(cases).isPositive();
    }

    private void check(Random random) {
        EventChaos chaos = EventChaos.ofAnyVersion(random);
        JsonObject event = mangled(chaos);
        ParsedPdu read = PduParser.parse(chaos.version, JsonWriter.write(event));
        ParsedPdu parsed = PduParser.parse(chaos.version, event);
        assertThat(read.wellFormed()).isEqualTo(parsed.wellFormed());
        parsed.wellFormed().ifPresent(pdu -> checkWellFormed(chaos.version, pdu));
    }

    private static JsonObject mangled(EventChaos chaos) {
        List<EventId> some = List.of(chaos.create().eventId(), EventId.of("$" + "A".repeat(43)));
        String type = chaos.any(EventChaos.TYPES);
        JsonObject.Builder fields = chaos.fields(
                type,
                chaos.any(EventChaos.USERS),
                Optional.of("!room:one.example"),
                new EventChaos.Refs(some, some));
        if (!chaos.oneIn(4)) {
            fields.put("state_key", chaos.oneIn(2) ? "" : chaos.any(EventChaos.USERS));
        }
        JsonObject event = ContentHash.addTo(fields.build());
        if (chaos.oneIn(2)) {
            for (String user : chaos.oneIn(2) ? EventChaos.USERS : EventChaos.USERS.subList(0, 1)) {
                event = EventSigning.cosign(
                        chaos.version,
                        event,
                        SketchKeys.signer(im.holm.protocol.id.UserId.of(user).server()));
            }
        }
        for (int i = chaos.random.nextInt(3); i > 0; i--) {
            String field = chaos.any(FIELDS);
            event = switch (chaos.random.nextInt(4)) {
                case 0 -> event.without(field);
                case 1 -> event.with(field, new JsonString("é".repeat(chaos.random.nextInt(200))));
                default -> event.with(field, chaos.value(3));
            };
        }
        return event;
    }

    private void checkWellFormed(RoomVersion version, Pdu pdu) {
        wellFormed++;
        String what = version + " " + pdu.json();
        assertThat(pdu.sizeBytes()).isLessThanOrEqualTo(EventLimits.EVENT_MAX_BYTES);
        assertThat(EventId.ofBytes(pdu.eventId().bytes())).as(what).isEqualTo(pdu.eventId());
        assertThat(PduParser.parse(version, pdu.canonicalBytes()).wellFormed())
                .as(what)
                .contains(pdu);
        JsonObject redacted = Redaction.redact(version, pdu.json());
        assertThat(Redaction.redact(version, redacted)).as(what).isEqualTo(redacted);
        assertThat(PduParser.redacted(pdu).eventId()).as(what).isEqualTo(pdu.eventId());
        assertThat(AuthSelection.typesFor(pdu)).as(what).doesNotHaveDuplicates();
        pdu.redacts();
        pdu.membership();
        switch (EventVerification.verify(pdu, new SketchKeys())) {
            case SignatureCheck.Verified(var event, boolean wasRedacted) -> {
                verified++;
                assertThat(event.pdu().eventId()).as(what).isEqualTo(pdu.eventId());
                assertThat(wasRedacted).as(what).isNotEqualTo(ContentHash.matches(pdu.json()));
            }
            case SignatureCheck.BadSignature(String reason) ->
                assertThat(reason).as(what).isNotEmpty();
            case SignatureCheck.KeyUnavailable unavailable ->
                assertThat(unavailable.server().text()).as(what).isNotEmpty();
        }
    }
}
