package im.holm.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Events that come after what follows from them.
class LateHistoryTest {

    private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");

    private final Ed25519Signer signer = Ed25519Signer.fromSeed(
            ServerName.of("one.example"), KeyId.of("ed25519:1"), new byte[32]);
    private final UserId alice = new UserId("alice", signer.server());
    private final RoomStep core = new RoomStep(signer);

    @Test
    void whatWasRedactedBeforeItHadAPlaceStaysRedacted() {
        StepResult made = room();
        EventRow member = made.append().orElseThrow().events().getLast();
        VerifiedPdu topic = topic(made.next(), member.eventId());
        RoomState told = core.step(made.next(), new RoomInput.AuthChain(List.of(topic)), NOW)
                .next();
        RoomState redacted = core.step(told, redaction(topic.eventId()), NOW).next();
        assertThat(redacted.event(topic.eventId()).orElseThrow().row().has(EventFlags.REDACTED))
                .isTrue();

        var lookup = (RoomEffect.Lookup)
                core.step(redacted, new RoomInput.Pdu(topic), NOW).effects().getFirst();
        RoomState asked = core.step(redacted, nothingFound(lookup), NOW).next();
        RoomState placed = core.step(asked, new RoomInput.Pdu(topic), NOW).next();

        KnownEvent event = placed.event(topic.eventId()).orElseThrow();
        assertThat(event.row().hasPlace()).isTrue();
        assertThat(event.row().has(EventFlags.REDACTED)).isTrue();
        assertThat(event.row().redactedBy()).isPositive();
        assertThat(event.pdu().content()).isEqualTo(JsonObject.EMPTY);
        assertThat(new String(event.row().json(), StandardCharsets.UTF_8))
                .doesNotContain("a secret");
    }

    private StepResult room() {
        var create = ((SignedEvent.Signed) CreateEvent.sign(
                        RoomVersions.V12, Optional.empty(), alice, JsonObject.EMPTY, signer, NOW))
                .event();
        var identity = new RoomIdentity(1, create.pdu().roomId(), RoomVersions.V12, RoomKind.PLAIN);
        var join = new LocalEvent(
                "m.room.member",
                Optional.of(alice.toString()),
                JsonObject.EMPTY.with("membership", "join"));
        return core.step(
                RoomState.fresh(identity, RoomStatus.JOINED, 0, 5),
                new RoomInput.Create(create, List.of(join)),
                NOW);
    }

    private VerifiedPdu topic(RoomState room, EventId member) {
        var draft = new EventDraft(
                Optional.of(room.identity().roomId()),
                alice,
                "m.room.topic",
                Optional.of(""),
                JsonObject.EMPTY.with("topic", "a secret"),
                List.of(member),
                List.of(member),
                3,
                NOW.toEpochMilli());
        return ((SignedEvent.Signed) EventSigning.sign(RoomVersions.V12, draft, signer)).event();
    }

    private static RoomInput nothingFound(RoomEffect.Lookup lookup) {
        return new RoomInput.Found(
                List.of(),
                lookup.ids(),
                List.of(),
                lookup.digests().stream()
                        .map(digest -> new RoomInput.DigestFound(digest, 0))
                        .toList());
    }

    private RoomInput redaction(EventId target) {
        return new RoomInput.Command(
                alice,
                List.of(new LocalEvent(
                        "m.room.redaction",
                        Optional.empty(),
                        JsonObject.EMPTY,
                        Optional.of(target),
                        Optional.empty(),
                        OptionalLong.empty())));
    }

    /// In room versions 1 and 2 servers choose event ids, so events can be each other's
    /// parents.
    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aRingOfEventsFillsNoGap() {
        var identity =
                new RoomIdentity(1, RoomId.of("!r:one.example"), RoomVersions.V1, RoomKind.PLAIN);
        var draft =
                new RoomDraft(RoomState.fresh(identity, RoomStatus.JOINED, 0, 5), signer.server());
        VerifiedPdu one = chosen("$one:one.example", "$two:one.example");
        VerifiedPdu two = chosen("$two:one.example", "$one:one.example");
        var gap = new GapChange(
                1, EventRow.NO_TL, RoomHead.TL_STEP, GapReason.JOINED, List.of(one.eventId()));

        boolean filled = new Filling(draft, NOW, Map.of()).fill(gap, List.of(one, two));

        assertThat(filled).isFalse();
        assertThat(draft.changesAnything()).isFalse();
    }

    private static VerifiedPdu chosen(String id, String parent) {
        String json = """
                {"type": "m.room.message", "room_id": "!r:one.example", "content": {},
                 "sender": "@alice:one.example", "depth": 1, "origin_server_ts": 1,
                 "event_id": "%s", "prev_events": [["%s", {"sha256": "AA"}]],
                 "auth_events": [], "hashes": {"sha256": "AA"}, "signatures": {}}
                """.formatted(id, parent);
        JsonObject object = JsonParser.parseObject(
                        json.getBytes(StandardCharsets.UTF_8), JsonLimits.LAX_EVENT)
                .object()
                .orElseThrow();
        return new VerifiedPdu(
                PduParser.parse(RoomVersions.V1, object).wellFormed().orElseThrow());
    }
}
