package im.holm.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonDecimal;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

class PduParserTest {
    private static final String ID = "$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg";
    private static final JsonObject EVENT =
            Json.of("{'type': 'm.room.topic', 'state_key': '', 'room_id': '!a:one.example',"
                    + " 'sender': '@alice:one.example', 'content': {'topic': 'x'}, 'depth': 5, 'origin_server_ts': 17,"
                    + " 'prev_events': ['" + ID
                    + "'], 'auth_events': [], 'hashes': {'sha256': 'AA'},"
                    + " 'signatures': {'one.example': {'ed25519:1': 'AA'}}}");

    private static Optional<Pdu> parse(RoomVersion version, JsonObject event) {
        return PduParser.parse(version, event).wellFormed();
    }

    private static boolean isWellFormed(JsonObject event) {
        return parse(RoomVersions.V11, event).isPresent();
    }

    @Test
    void everyFieldIsRead() {
        JsonObject withUnsigned =
                EVENT.with("unsigned", Json.of("{'age': 1.5}")).with("extra", 1);
        Pdu pdu = parse(RoomVersions.V11, withUnsigned).orElseThrow();
        assertThat(pdu.version()).isEqualTo(RoomVersions.V11);
        assertThat(pdu.type()).isEqualTo("m.room.topic");
        assertThat(pdu.stateKey()).contains("");
        assertThat(pdu.isState()).isTrue();
        assertThat(pdu.isState("m.room.topic")).isTrue();
        assertThat(pdu.isState("m.room.name")).isFalse();
        assertThat(pdu.statePlace()).contains(StateKey.of("m.room.topic"));
        assertThat(pdu.roomId()).isEqualTo(RoomId.of("!a:one.example"));
        assertThat(pdu.sender()).isEqualTo(UserId.of("@alice:one.example"));
        assertThat(pdu.content()).isEqualTo(Json.of("{'topic': 'x'}"));
        assertThat(pdu.prevEvents()).containsExactly(EventId.of(ID));
        assertThat(pdu.authEvents()).isEmpty();
        assertThat(pdu.depth()).isEqualTo(5);
        assertThat(pdu.originServerTs()).isEqualTo(17);
        assertThat(pdu.json()).isEqualTo(EVENT.with("extra", 1));
        assertThat(pdu.canonicalBytes()).isEqualTo(JsonWriter.write(EVENT.with("extra", 1)));
        assertThat(pdu.sizeBytes()).isEqualTo(pdu.canonicalBytes().length);
        assertThat(PduParser.parse(RoomVersions.V11, JsonWriter.write(withUnsigned))
                        .wellFormed())
                .contains(pdu);
    }

    @Test
    void aMessageHasNoStateKey() {
        Pdu pdu = parse(RoomVersions.V11, EVENT.without("state_key")).orElseThrow();
        assertThat(pdu.isState()).isFalse();
        assertThat(pdu.stateKey()).isEmpty();
        assertThat(pdu.statePlace()).isEmpty();
        assertThat(pdu.isState("m.room.topic")).isFalse();
    }

    static Stream<Arguments> wrongFields() {
        JsonValue number = new JsonInteger(1);
        JsonValue text = new JsonString("x");
        String longText = "é".repeat(128);
        Stream<Arguments> absent = Stream.of(
                        "type",
                        "room_id",
                        "sender",
                        "content",
                        "depth",
                        "origin_server_ts",
                        "prev_events",
                        "auth_events",
                        "hashes",
                        "signatures")
                .map(key -> Arguments.of(key, null));
        Stream<Arguments> wrong = Stream.of(
                Arguments.of("type", number),
                Arguments.of("type", new JsonString(longText)),
                Arguments.of("state_key", number),
                Arguments.of("state_key", JsonNull.NULL),
                Arguments.of("state_key", new JsonString(longText)),
                Arguments.of("room_id", text),
                Arguments.of("room_id", new JsonString("!" + longText)),
                Arguments.of("sender", text),
                Arguments.of("sender", new JsonString("@" + longText + ":x")),
                Arguments.of("content", JsonArray.EMPTY),
                Arguments.of("depth", text),
                Arguments.of("depth", new JsonInteger(-1)),
                Arguments.of("depth", new JsonInteger(1L << 53)),
                Arguments.of("origin_server_ts", text),
                Arguments.of("origin_server_ts", new JsonDecimal("1.5")),
                Arguments.of("prev_events", JsonObject.EMPTY),
                Arguments.of("prev_events", JsonArray.of(number)),
                Arguments.of("prev_events", JsonArray.ofStrings(List.of("$old:server"))),
                Arguments.of("prev_events", JsonArray.ofStrings(Collections.nCopies(21, ID))),
                Arguments.of("auth_events", JsonArray.ofStrings(Collections.nCopies(11, ID))),
                Arguments.of("auth_events", JsonArray.ofStrings(List.of(ID.substring(1)))),
                Arguments.of("hashes", JsonObject.EMPTY),
                Arguments.of("hashes", Json.of("{'sha256': 1}")),
                Arguments.of("signatures", JsonArray.EMPTY),
                Arguments.of("signatures", Json.of("{'one.example': 'x'}")),
                Arguments.of("extra", new JsonDecimal("1.5")),
                Arguments.of("extra", new JsonInteger(1L << 53)));
        return Stream.concat(absent, wrong);
    }

    @ParameterizedTest
    @MethodSource("wrongFields")
    void aMissingOrWrongFieldMakesItMalformed(String key, JsonValue value) {
        assertThat(isWellFormed(EVENT)).isTrue();
        assertThat(isWellFormed(value == null ? EVENT.without(key) : EVENT.with(key, value)))
                .isFalse();
    }

    @Test
    void limitsAreReached() {
        assertThat(isWellFormed(EVENT.with(
                        "prev_events", JsonArray.ofStrings(Collections.nCopies(20, ID)))))
                .isTrue();
        assertThat(isWellFormed(EVENT.with(
                        "auth_events", JsonArray.ofStrings(Collections.nCopies(10, ID)))))
                .isTrue();
        assertThat(isWellFormed(EVENT.with("type", "x".repeat(255)))).isTrue();
        assertThat(isWellFormed(EVENT.with("type", "x".repeat(256)))).isFalse();
        assertThat(isWellFormed(EVENT.with("depth", (1L << 53) - 1))).isTrue();
        assertThat(isWellFormed(EVENT.with("depth", 0))).isTrue();
    }

    @Test
    void anEventHasAtMost65536BytesWithoutItsUnsignedPart() {
        JsonObject empty = EVENT.with("content", JsonObject.EMPTY.with("x", ""));
        int room = EventLimits.EVENT_MAX_BYTES - JsonWriter.write(empty).length;
        JsonObject full = EVENT.with("content", JsonObject.EMPTY.with("x", "a".repeat(room)));
        assertThat(isWellFormed(full)).isTrue();
        assertThat(isWellFormed(
                        full.with("unsigned", JsonObject.EMPTY.with("y", "a".repeat(1_000)))))
                .isTrue();
        assertThat(isWellFormed(
                        EVENT.with("content", JsonObject.EMPTY.with("x", "a".repeat(room + 1)))))
                .isFalse();
        byte[] endless = new byte[1 << 20];
        assertThat(PduParser.parse(RoomVersions.V11, endless).wellFormed()).isEmpty();
    }

    @Test
    void theFirstVersionsTakeAnyNumbersAndTheirOwnReferences() {
        JsonObject old = EVENT.with("event_id", "$e:one.example")
                .with("extra", new JsonDecimal("1.5"))
                .with(
                        "prev_events",
                        JsonArray.of(JsonArray.of(
                                new JsonString("$p:one.example"), Json.of("{'sha256': 'AA'}"))));
        Pdu pdu = parse(RoomVersions.V2, old).orElseThrow();
        assertThat(pdu.eventId()).isEqualTo(EventId.of("$e:one.example"));
        assertThat(pdu.prevEvents()).containsExactly(EventId.of("$p:one.example"));
        assertThat(parse(RoomVersions.V2, old.without("event_id"))).isEmpty();
        assertThat(parse(RoomVersions.V2, EVENT.with("event_id", "$e:one.example")))
                .isEmpty();
        assertThat(parse(RoomVersions.V11, old)).isEmpty();
        assertThat(parse(RoomVersions.V5, EVENT.with("extra", new JsonDecimal("1.5"))))
                .isPresent();
        assertThat(parse(RoomVersions.V6, EVENT.with("extra", new JsonDecimal("1.5"))))
                .isEmpty();
    }

    @Test
    void version3WritesItsIdsInStandardBase64() {
        String standard = ReferenceHash.eventId(RoomVersions.V3, EVENT).text();
        String urlSafe = ReferenceHash.eventId(RoomVersions.V4, EVENT).text();
        assertThat(standard.replace('+', '-').replace('/', '_')).isEqualTo(urlSafe);
    }

    @Test
    void inVersion12TheCreateEventNamesTheRoom() {
        Pdu create = RoomSketch.open(RoomVersions.V12, "@alice:one.example").event(1);
        assertThat(create.json().has("room_id")).isFalse();
        assertThat(create.roomId().text().substring(1))
                .isEqualTo(create.eventId().text().substring(1));
        assertThat(parse(RoomVersions.V12, EVENT.without("room_id"))).isEmpty();
        JsonObject notState =
                EVENT.with("type", "m.room.create").without("state_key").without("room_id");
        assertThat(parse(RoomVersions.V12, notState)).isEmpty();
    }

    @Test
    void whatARedactionRedactsIsReadWhereItsVersionPutsIt() {
        JsonObject inContent = EVENT.without("state_key")
                .with("type", "m.room.redaction")
                .with("content", JsonObject.EMPTY.with("redacts", ID));
        JsonObject onTop = inContent.with("content", JsonObject.EMPTY).with("redacts", ID);
        assertThat(parse(RoomVersions.V11, inContent).orElseThrow().redacts())
                .contains(EventId.of(ID));
        assertThat(parse(RoomVersions.V11, onTop).orElseThrow().redacts()).isEmpty();
        assertThat(parse(RoomVersions.V10, onTop).orElseThrow().redacts()).contains(EventId.of(ID));
        assertThat(parse(RoomVersions.V11, EVENT).orElseThrow().redacts()).isEmpty();
    }

    @Test
    void aRedactedEventIsTheSameEvent() {
        Pdu pdu = parse(RoomVersions.V11, EVENT).orElseThrow();
        Pdu redacted = PduParser.redacted(pdu);
        assertThat(redacted).isEqualTo(pdu).hasSameHashCodeAs(pdu);
        assertThat(redacted.content()).isEqualTo(JsonObject.EMPTY);
        assertThat(redacted.roomId()).isEqualTo(pdu.roomId());
    }

    @Test
    void damagedBytesAreAnswered() {
        long seed = 11;
        Random random = new Random(seed);
        byte[] sample = JsonWriter.write(EVENT);
        int wellFormed = 0;
        for (int round = 0; round < 10_000; round++) {
            byte[] damaged = sample.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            ParsedPdu parsed = PduParser.parse(RoomVersions.V11, damaged);
            wellFormed += parsed.wellFormed().isPresent() ? 1 : 0;
        }
        assertThat(wellFormed).as("seed %d", seed).isBetween(1, 9_999);
    }

    @Test
    void bytesThatAreNoObjectAreMalformed() {
        for (String text : new String[] {"", "[]", "1", "{", "{\"a\":1,\"a\":2}"}) {
            ParsedPdu parsed =
                    PduParser.parse(RoomVersions.V12, text.getBytes(StandardCharsets.UTF_8));
            assertThat(parsed).as(text).isInstanceOf(ParsedPdu.Malformed.class);
        }
    }
}
