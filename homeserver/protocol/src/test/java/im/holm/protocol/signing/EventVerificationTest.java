package im.holm.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonDecimal;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class EventVerificationTest {
    private static final RoomVersion VERSION = RoomVersions.V12;
    private static final ServerName ONE = ServerName.of("one.example");
    private static final ServerName TWO = ServerName.of("two.example");
    private static final EventId PREV = EventId.of("$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg");
    private static final long TS = 1_000_000;
    private static final KeyRing KEYS = new SketchKeys();

    private static EventDraft draft(String type, Optional<String> stateKey, JsonObject content) {
        return new EventDraft(
                Optional.of(RoomId.of("!a:one.example")),
                UserId.of("@alice:one.example"),
                type,
                stateKey,
                content,
                List.of(PREV),
                List.of(PREV),
                2,
                TS);
    }

    private static Pdu signed(EventDraft draft) {
        return switch (EventSigning.sign(VERSION, draft, SketchKeys.signer(ONE))) {
            case SignedEvent.Signed(var verified) -> verified.pdu();
            case SignedEvent.Refused(boolean tooLarge, String reason) ->
                throw new AssertionError(reason);
        };
    }

    private static Pdu message() {
        return signed(draft("m.room.message", Optional.empty(), Json.of("{'body': 'hello'}")));
    }

    private static Pdu changed(JsonObject json) {
        return PduParser.parse(VERSION, json).wellFormed().orElseThrow();
    }

    private static SignatureCheck verify(Pdu pdu) {
        return EventVerification.verify(pdu, KEYS);
    }

    @Test
    void whatWeSignIsVerified() {
        Pdu pdu = message();
        assertThat(verify(pdu)).isInstanceOfSatisfying(SignatureCheck.Verified.class, verified -> {
            assertThat(verified.redactedBecauseHashMismatch()).isFalse();
            assertThat(verified.event().pdu()).isSameAs(pdu);
        });
    }

    @Test
    void otherContentThanWasHashedIsTakenAway() {
        Pdu pdu = changed(message().json().with("content", Json.of("{'body': 'forged'}")));
        assertThat(verify(pdu)).isInstanceOfSatisfying(SignatureCheck.Verified.class, verified -> {
            assertThat(verified.redactedBecauseHashMismatch()).isTrue();
            assertThat(verified.event().pdu().content()).isEqualTo(JsonObject.EMPTY);
            assertThat(verified.event().eventId()).isEqualTo(pdu.eventId());
        });
    }

    @Test
    void aChangeOfWhatIsSignedIsNoticed() {
        JsonObject json = message().json();
        for (JsonObject forged : List.of(
                json.with("origin_server_ts", TS + 1),
                json.with("depth", 3),
                json.with("type", "m.room.other"),
                json.with("state_key", ""),
                json.with("hashes", Json.of("{'sha256': 'AAAA'}")))) {
            assertThat(verify(changed(forged))).isInstanceOf(SignatureCheck.BadSignature.class);
        }
    }

    @Test
    void anEventThatItsServerDidNotSignIsDropped() {
        JsonObject json = message().json();
        assertThat(verify(changed(json.with("signatures", JsonObject.EMPTY))))
                .isInstanceOf(SignatureCheck.BadSignature.class);
        assertThat(verify(changed(json.with("sender", "@mallory:two.example"))))
                .isInstanceOf(SignatureCheck.BadSignature.class);
        JsonObject garbage =
                Json.of("{'one.example': {'ed25519:sketch': 5, 'curve:x': 'AA', 'x': 'AA'}}");
        assertThat(verify(changed(json.with("signatures", garbage))))
                .isInstanceOf(SignatureCheck.BadSignature.class);
        JsonObject notBase64 = Json.of("{'one.example': {'ed25519:sketch': '!!!'}}");
        assertThat(verify(changed(json.with("signatures", notBase64))))
                .isInstanceOf(SignatureCheck.BadSignature.class);
        JsonObject tooShort = Json.of("{'one.example': {'ed25519:sketch': 'AAAA'}}");
        assertThat(verify(changed(json.with("signatures", tooShort))))
                .isInstanceOf(SignatureCheck.BadSignature.class);
    }

    @Test
    void aKeyThatNobodyKnowsIsAskedFor() {
        JsonObject json = message().json();
        JsonObject unknown = Json.of("{'one.example': {'ed25519:other': 'AA'}}");
        assertThat(verify(changed(json.with("signatures", unknown))))
                .isEqualTo(new SignatureCheck.KeyUnavailable(ONE, KeyId.of("ed25519:other")));
    }

    @Test
    void signaturesByUnknownKeysDoNotHarm() {
        JsonObject json = message().json();
        JsonObject signatures = json.object("signatures").orElseThrow();
        JsonObject ours =
                signatures.object("one.example").orElseThrow().with("ed25519:policy", "AA");
        assertThat(verify(changed(json.with("signatures", signatures.with("one.example", ours)))))
                .isInstanceOf(SignatureCheck.Verified.class);
    }

    private static SignatureCheck withKey(RoomVersion version, long validUntilMs, boolean expired) {
        byte[] key = SketchKeys.signer(ONE).publicKey();
        KeyRing ring =
                (server, keyId, at) -> Optional.of(new VerifyKey(key, validUntilMs, expired));
        SignedEvent event = EventSigning.sign(
                version,
                draft("m.room.message", Optional.empty(), JsonObject.EMPTY),
                SketchKeys.signer(ONE));
        return EventVerification.verify(((SignedEvent.Signed) event).event().pdu(), ring);
    }

    @Test
    void theKeyMustHaveBeenValidWhenTheEventWasSent() {
        assertThat(withKey(VERSION, TS, false)).isInstanceOf(SignatureCheck.Verified.class);
        assertThat(withKey(VERSION, TS - 1, false)).isInstanceOf(SignatureCheck.BadSignature.class);
        assertThat(withKey(VERSION, TS + 1, true)).isInstanceOf(SignatureCheck.Verified.class);
        assertThat(withKey(VERSION, TS, true)).isInstanceOf(SignatureCheck.BadSignature.class);
        assertThat(withKey(RoomVersions.V4, TS - 1, false))
                .isInstanceOf(SignatureCheck.Verified.class);
    }

    @Test
    void aRestrictedJoinNeedsTheSignatureOfTheServerThatAuthorisedIt() {
        Pdu join = signed(
                draft(
                        "m.room.member",
                        Optional.of("@alice:one.example"),
                        Json.of(
                                "{'membership': 'join', 'join_authorised_via_users_server': '@bob:two.example'}")));
        assertThat(EventVerification.requiredSigners(join)).containsExactly(ONE, TWO);
        assertThat(verify(join)).isInstanceOf(SignatureCheck.BadSignature.class);
        Pdu cosigned = changed(EventSigning.cosign(VERSION, join.json(), SketchKeys.signer(TWO)));
        assertThat(cosigned).isEqualTo(join);
        assertThat(verify(cosigned)).isInstanceOf(SignatureCheck.Verified.class);
    }

    @Test
    void aThirdPartyInviteNeedsNoSignatureOfItsSendersServer() {
        Pdu invite = changed(signed(draft(
                        "m.room.member",
                        Optional.of("@bob:two.example"),
                        Json.of("{'membership': 'invite', 'third_party_invite': {}}")))
                .json()
                .with("signatures", JsonObject.EMPTY));
        assertThat(EventVerification.requiredSigners(invite)).isEmpty();
        assertThat(verify(invite)).isInstanceOf(SignatureCheck.Verified.class);
        Pdu join = signed(draft(
                "m.room.member",
                Optional.of("@alice:one.example"),
                Json.of("{'membership': 'join', 'third_party_invite': {}}")));
        assertThat(EventVerification.requiredSigners(join)).containsExactly(ONE);
    }

    @Test
    void theFirstVersionsAlsoAskTheServerInTheEventId() {
        JsonObject json = Json.of(
                "{'type': 'x', 'room_id': '!a:one.example', 'sender': '@alice:one.example',"
                        + " 'content': {}, 'depth': 1, 'origin_server_ts': 1, 'prev_events': [], 'auth_events': [],"
                        + " 'event_id': '$e:two.example', 'hashes': {'sha256': 'AA'}, 'signatures': {}}");
        Pdu pdu = PduParser.parse(RoomVersions.V1, json).wellFormed().orElseThrow();
        assertThat(EventVerification.requiredSigners(pdu)).containsExactly(ONE, TWO);
    }

    private static SignedEvent.Refused refusal(EventDraft draft) {
        SignedEvent result = EventSigning.sign(VERSION, draft, SketchKeys.signer(ONE));
        assertThat(result).isInstanceOf(SignedEvent.Refused.class);
        return (SignedEvent.Refused) result;
    }

    @Test
    void aDraftBeyondTheLimitsIsRefused() {
        JsonObject large = JsonObject.EMPTY.with("x", "a".repeat(66_000));
        assertThat(refusal(draft("x", Optional.empty(), large)).tooLarge()).isTrue();
        JsonObject floating = JsonObject.EMPTY.with("x", new JsonDecimal("1.5"));
        assertThat(refusal(draft("x", Optional.empty(), floating)).tooLarge()).isFalse();
        assertThat(refusal(draft("x".repeat(256), Optional.empty(), JsonObject.EMPTY))
                        .tooLarge())
                .isTrue();
        assertThat(refusal(draft("x", Optional.of("é".repeat(128)), JsonObject.EMPTY))
                        .tooLarge())
                .isTrue();
    }

    @Test
    void eventsOfTheFirstVersionsNeedTheHashesOfWhatTheyName() {
        EventDraft draft = draft("x", Optional.empty(), JsonObject.EMPTY);
        assertThatThrownBy(() -> EventSigning.sign(RoomVersions.V1, draft, SketchKeys.signer(ONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(PREV.text());
    }

    @ParameterizedTest
    @MethodSource("firstVersions")
    void eventsOfTheFirstVersionsCarryAnIdOfOurServerAndHashes(RoomVersion version) {
        EventDraft draft = draft("x", Optional.empty(), JsonObject.EMPTY)
                .withHashes(Map.of(PREV, "A".repeat(43)));
        SignedEvent made = EventSigning.sign(version, draft, SketchKeys.signer(ONE));
        Pdu event = ((SignedEvent.Signed) made).event().pdu();
        assertThat(event.json().string("event_id")).contains(event.eventId().text());
        assertThat(event.eventId().text()).matches("\\$[A-Za-z0-9_-]{24}:one\\.example");
        assertThat(event.json().array("prev_events").orElseThrow().toString())
                .isEqualTo("[[\"" + PREV + "\",{\"sha256\":\"" + "A".repeat(43) + "\"}]]");
        assertThat(event.prevEvents()).containsExactly(PREV);
        assertThat(EventVerification.verify(event, KEYS))
                .isInstanceOf(SignatureCheck.Verified.class);
        assertThat(EventSigning.sign(version, draft, SketchKeys.signer(ONE))).isEqualTo(made);
    }

    /// The server in the id must sign too, and nobody else's name gets into ours.
    @ParameterizedTest
    @MethodSource("firstVersions")
    void theServerInAnIdMustHaveSigned(RoomVersion version) {
        EventDraft draft = draft("x", Optional.empty(), JsonObject.EMPTY)
                .withHashes(Map.of(PREV, "A".repeat(43)));
        JsonObject foreign =
                EventSigning.draftJson(version, draft).with("event_id", "$x:two.example");
        Pdu signed = ((SignedEvent.Signed)
                        EventSigning.signTemplate(version, foreign, SketchKeys.signer(ONE)))
                .event()
                .pdu();
        assertThat(signed.eventId().server()).contains(ONE);
        JsonObject forged =
                EventSigning.cosign(version, ContentHash.addTo(foreign), SketchKeys.signer(ONE));
        Pdu byOne = PduParser.parse(version, forged).wellFormed().orElseThrow();
        assertThat(EventVerification.requiredSigners(byOne)).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(EventVerification.verify(byOne, KEYS))
                .isInstanceOf(SignatureCheck.BadSignature.class);
        JsonObject both = EventSigning.cosign(version, forged, SketchKeys.signer(TWO));
        assertThat(EventVerification.verify(
                        PduParser.parse(version, both).wellFormed().orElseThrow(), KEYS))
                .isInstanceOf(SignatureCheck.Verified.class);
    }

    static List<RoomVersion> firstVersions() {
        return List.of(RoomVersions.V1, RoomVersions.V2);
    }

    @Test
    void aRedactionNamesItsTargetWhereItsVersionWantsIt() {
        EventDraft plain = draft("m.room.redaction", Optional.empty(), Json.of("{'reason': 'x'}"));
        EventDraft draft = new EventDraft(
                plain.roomId(),
                plain.sender(),
                plain.type(),
                plain.stateKey(),
                plain.content(),
                plain.prevEvents(),
                plain.authEvents(),
                plain.depth(),
                plain.originServerTs(),
                Optional.of(PREV));
        assertThat(signed(draft).redacts()).contains(PREV);
        assertThat(EventSigning.draftJson(RoomVersions.V10, draft).string("redacts"))
                .contains(PREV.text());
        assertThat(EventSigning.draftJson(RoomVersions.V10, draft).object("content"))
                .contains(Json.of("{'reason': 'x'}"));
    }

    @Test
    void aTemplateIsSignedWithoutTheHashesAndSignaturesThatItBrought() {
        JsonObject template = message().json().with("unsigned", JsonObject.EMPTY);
        SignedEvent result = EventSigning.signTemplate(VERSION, template, SketchKeys.signer(ONE));
        assertThat(result).isInstanceOfSatisfying(SignedEvent.Signed.class, signed -> {
            assertThat(signed.event().pdu()).isEqualTo(message());
            assertThat(signed.event()
                            .pdu()
                            .json()
                            .object("signatures")
                            .orElseThrow()
                            .keys())
                    .containsExactly("one.example");
        });
    }

    @Test
    void depthStopsAtItsMaximum() {
        EventDraft plain = draft("x", Optional.empty(), JsonObject.EMPTY);
        EventDraft deep = new EventDraft(
                plain.roomId(),
                plain.sender(),
                plain.type(),
                plain.stateKey(),
                plain.content(),
                plain.prevEvents(),
                plain.authEvents(),
                Long.MAX_VALUE,
                plain.originServerTs());
        assertThat(signed(deep).depth()).isEqualTo((1L << 53) - 1);
        assertThat(EventSigning.draftJson(RoomVersions.V5, deep).integer("depth"))
                .hasValue(Long.MAX_VALUE);
        assertThat(EventLimits.depthAfter(RoomVersions.V5, Long.MAX_VALUE))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(EventLimits.depthAfter(RoomVersions.V6, (1L << 53) - 2))
                .isEqualTo((1L << 53) - 1);
    }

    @Test
    void jsonIsVerifiedOnlyByTheRightKeyAndServer() {
        Ed25519Signer signer = SketchKeys.signer(ONE);
        JsonObject signed = JsonSigning.sign(Json.of("{'a': 1, 'unsigned': {'b': 2}}"), signer);
        assertThat(JsonSigning.verify(signed, ONE, signer.keyId(), signer.publicKey()))
                .isTrue();
        assertThat(JsonSigning.verify(
                        signed.with("unsigned", new JsonString("x")),
                        ONE,
                        signer.keyId(),
                        signer.publicKey()))
                .isTrue();
        assertThat(JsonSigning.verify(signed, TWO, signer.keyId(), signer.publicKey()))
                .isFalse();
        assertThat(JsonSigning.verify(signed, ONE, KeyId.of("ed25519:x"), signer.publicKey()))
                .isFalse();
        assertThat(JsonSigning.verify(
                        signed, ONE, signer.keyId(), SketchKeys.signer(TWO).publicKey()))
                .isFalse();
        assertThat(JsonSigning.verify(signed, ONE, signer.keyId(), new byte[5])).isFalse();
        JsonObject both = JsonSigning.sign(signed, SketchKeys.signer(TWO));
        assertThat(JsonSigning.verify(both, ONE, signer.keyId(), signer.publicKey()))
                .isTrue();
    }
}
