package im.holm.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonDecimal;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.sketch.Verdicts;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// Events whose contents are anything: whatever a rule reads, it answers.
class HostileContentTest {
    private static final long SEED = 4_711;
    private static final int ROUNDS = 3_000;
    private static final List<String> TYPES = List.of(
            EventTypes.CREATE,
            EventTypes.MEMBER,
            EventTypes.POWER_LEVELS,
            EventTypes.JOIN_RULES,
            EventTypes.THIRD_PARTY_INVITE,
            EventTypes.ALIASES,
            EventTypes.REDACTION,
            EventTypes.TOPIC);
    private static final List<String> WORDS = List.of(
            "membership",
            "join",
            "invite",
            "leave",
            "ban",
            "knock",
            "join_rule",
            "public",
            "restricted",
            "knock_restricted",
            "third_party_invite",
            "signed",
            "mxid",
            "token",
            "signatures",
            "public_key",
            "public_keys",
            "users",
            "events",
            "notifications",
            "users_default",
            "redact",
            "kick",
            "creator",
            "additional_creators",
            "join_authorised_via_users_server",
            "m.federate",
            "room_version",
            "12",
            "11",
            "@alice:one.example",
            "@bob:two.example",
            "one.example",
            "ed25519:sketch",
            "redacts",
            "",
            "50",
            "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI");

    static Stream<RoomVersion> versions() {
        return Stream.of(
                RoomVersions.V3,
                RoomVersions.V5,
                RoomVersions.V9,
                RoomVersions.V11,
                RoomVersions.V12);
    }

    private final Random random = new Random(SEED);

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private JsonValue value(int depth, boolean floats) {
        return switch (random.nextInt(depth == 0 ? 6 : 9)) {
            case 0 -> JsonNull.NULL;
            case 1 -> JsonBoolean.of(random.nextBoolean());
            case 2 -> new JsonInteger(random.nextInt(200) - 50);
            case 3 ->
                floats ? new JsonDecimal("1.5e1") : new JsonInteger(JsonInteger.CANONICAL_MAX);
            case 4, 5 -> new JsonString(word());
            case 6 -> array(depth, floats);
            default -> object(depth, floats);
        };
    }

    private JsonArray array(int depth, boolean floats) {
        List<JsonValue> values = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.add(value(depth - 1, floats));
        }
        return JsonArray.of(values);
    }

    private JsonObject object(int depth, boolean floats) {
        JsonObject.Builder object = JsonObject.builder();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.put(word(), value(depth - 1, floats));
        }
        return object.build();
    }

    private Pdu event(RoomVersion version, RoomId room) {
        JsonObject content = object(4, !version.canonicalJson());
        if (random.nextBoolean()) {
            content = content.with("membership", WORDS.get(1 + random.nextInt(5)));
        }
        JsonObject.Builder event = JsonObject.builder()
                .put("type", TYPES.get(random.nextInt(TYPES.size())))
                .put("sender", random.nextBoolean() ? "@alice:one.example" : "@bob:two.example")
                .put("content", content)
                .put("room_id", room.text())
                .put("depth", 1)
                .put("origin_server_ts", 1)
                .put("prev_events", JsonArray.EMPTY)
                .put("auth_events", JsonArray.EMPTY)
                .put("signatures", Json.of("{'one.example': {'ed25519:sketch': 'AA'}}"));
        if (random.nextInt(5) > 0) {
            event.put(
                    "state_key",
                    List.of("", "@alice:one.example", "@bob:two.example", word())
                            .get(random.nextInt(4)));
        }
        JsonObject hashed = ContentHash.addTo(event.build());
        return PduParser.parse(version, hashed)
                .wellFormed()
                .orElseThrow(() -> new AssertionError("seed " + SEED + ": " + hashed));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyRuleAnswers(RoomVersion version) {
        RoomSketch room = RoomSketch.open(version, "@alice:one.example");
        Map<StateKey, Pdu> first = new HashMap<>();
        room.stateAfter(2).forEach((key, ev) -> first.put(key, room.event(ev)));
        Map<StateKey, Pdu> state = new HashMap<>();
        Set<String> rules = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            if (round % 50 == 0) {
                state.clear();
                state.putAll(first);
            }
            Pdu event = event(version, room.roomId());
            AuthVerdict verdict =
                    AuthRules.check(event, key -> Optional.ofNullable(state.get(key)));
            rules.add(Verdicts.rule(verdict));
            AuthEventList.check(event, List.of(new AuthEventList.Entry(event, false)));
            EventVerification.verify(event, new SketchKeys());
            Redaction.redact(version, event.json());
            event.statePlace()
                    .filter(place -> event.roomId().equals(room.roomId()))
                    .ifPresent(place -> state.put(place, event));
        }
        // The inputs are of use only when they get past the first rules.
        assertThat(rules).as("seed %d", SEED).hasSizeGreaterThan(20);
    }
}
