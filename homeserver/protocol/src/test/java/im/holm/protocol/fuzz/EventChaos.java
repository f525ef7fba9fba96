package im.holm.protocol.fuzz;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonDecimal;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Makes events of any room version, as an enemy who knows the protocol would: most are
/// well-formed, and their contents are the words of the protocol in the wrong places.
final class EventChaos {
    static final List<RoomVersion> VERSIONS = List.of(
            RoomVersions.V1,
            RoomVersions.V2,
            RoomVersions.V3,
            RoomVersions.V4,
            RoomVersions.V5,
            RoomVersions.V6,
            RoomVersions.V7,
            RoomVersions.V8,
            RoomVersions.V9,
            RoomVersions.V10,
            RoomVersions.V11,
            RoomVersions.V12);

    static final List<String> USERS =
            List.of("@alice:one.example", "@bob:two.example", "@carol:two.example");

    static final List<String> TYPES = List.of(
            EventTypes.CREATE,
            EventTypes.MEMBER,
            EventTypes.MEMBER,
            EventTypes.MEMBER,
            EventTypes.POWER_LEVELS,
            EventTypes.POWER_LEVELS,
            EventTypes.JOIN_RULES,
            EventTypes.THIRD_PARTY_INVITE,
            EventTypes.ALIASES,
            EventTypes.REDACTION,
            EventTypes.TOPIC,
            EventTypes.HISTORY_VISIBILITY);

    private static final List<String> KEYS = List.of(
            "membership",
            "join_rule",
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
            "events_default",
            "state_default",
            "redact",
            "kick",
            "ban",
            "invite",
            "creator",
            "additional_creators",
            "join_authorised_via_users_server",
            "m.federate",
            "room_version",
            "redacts",
            "allow",
            "room_id",
            "history_visibility",
            "ed25519:sketch",
            "one.example",
            "");

    private static final List<String> WORDS = List.of(
            "join",
            "invite",
            "leave",
            "ban",
            "knock",
            "public",
            "restricted",
            "knock_restricted",
            "private",
            "m.room_membership",
            "joined",
            "1",
            "11",
            "12",
            "50",
            "-1",
            " 100 ",
            "9223372036854775808",
            "$",
            "$other:one.example",
            "!room:one.example",
            "one.example",
            "@:",
            "@bob",
            "\u0000",
            "x".repeat(300),
            "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI");

    private static final List<Long> INTEGERS = List.of(
            0L, 1L, 50L, 100L, -1L, 99L, JsonInteger.CANONICAL_MAX, -JsonInteger.CANONICAL_MAX);

    private static final List<Long> LAX_INTEGERS =
            List.of(Long.MAX_VALUE, Long.MIN_VALUE, JsonInteger.CANONICAL_MAX + 1);

    private static final List<String> DECIMALS =
            List.of("1.5e1", "-0", "1e300", "50.0", "99999999999999999999", "1e-9");

    final Random random;
    final RoomVersion version;
    private int made;

    EventChaos(Random random, RoomVersion version) {
        this.random = random;
        this.version = version;
    }

    static EventChaos ofAnyVersion(Random random) {
        return new EventChaos(random, VERSIONS.get(random.nextInt(VERSIONS.size())));
    }

    <T> T any(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    boolean oneIn(int cases) {
        return random.nextInt(cases) == 0;
    }

    JsonValue value(int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 10)) {
            case 0 -> oneIn(2) ? JsonNull.NULL : JsonBoolean.of(random.nextBoolean());
            case 1, 2 -> number();
            case 3, 4, 5 -> new JsonString(oneIn(3) ? any(USERS) : any(WORDS));
            case 6 -> array(depth);
            default -> object(depth);
        };
    }

    private JsonValue number() {
        if (!version.canonicalJson() && oneIn(3)) {
            return oneIn(2) ? new JsonDecimal(any(DECIMALS)) : new JsonInteger(any(LAX_INTEGERS));
        }
        return new JsonInteger(any(INTEGERS));
    }

    JsonArray array(int depth) {
        List<JsonValue> values = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.add(value(depth - 1));
        }
        return JsonArray.of(values);
    }

    JsonObject object(int depth) {
        JsonObject.Builder object = JsonObject.builder();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.put(oneIn(4) ? any(USERS) : any(KEYS), value(depth - 1));
        }
        return object.build();
    }

    /// A content in which the key that matters for the type often has a value that is one.
    JsonObject content(String type) {
        JsonObject content = object(4);
        if (oneIn(5)) {
            return content;
        }
        return switch (type) {
            case EventTypes.MEMBER -> content.with("membership", WORDS.get(random.nextInt(5)));
            case EventTypes.JOIN_RULES ->
                content.with(
                        "join_rule",
                        any(List.of(
                                "public", "invite", "knock", "restricted", "knock_restricted")));
            case EventTypes.POWER_LEVELS -> oneIn(2) ? levels() : content;
            default -> content;
        };
    }

    private JsonObject levels() {
        JsonObject.Builder users = JsonObject.builder();
        for (String user : USERS) {
            users.put(user, any(List.of(0L, 50L, 100L)));
        }
        return JsonObject.builder()
                .put("users", oneIn(4) ? object(2) : users.build())
                .put("ban", oneIn(4) ? value(2) : new JsonInteger(50))
                .put("events", oneIn(4) ? value(2) : JsonObject.EMPTY)
                .build();
    }

    /// An event with all its fields, of which `refs` names the earlier ones.
    JsonObject.Builder fields(String type, String sender, Optional<String> room, Refs refs) {
        JsonObject.Builder event = JsonObject.builder()
                .put("type", type)
                .put("sender", sender)
                .put("content", content(type))
                .put("depth", random.nextInt(1_000))
                .put("origin_server_ts", random.nextInt(10))
                .put("prev_events", references(refs.prev()))
                .put("auth_events", references(refs.auth()))
                .put(
                        "signatures",
                        JsonObject.EMPTY.with(
                                "one.example", JsonObject.EMPTY.with("ed25519:sketch", "AA")));
        room.ifPresent(id -> event.put("room_id", id));
        if (version.hasChosenEventIds()) {
            event.put("event_id", "$event" + made++ + ":one.example");
        }
        return event;
    }

    /// What an event refers to.
    record Refs(List<EventId> prev, List<EventId> auth) {
        static final Refs NONE = new Refs(List.of(), List.of());
    }

    private JsonArray references(List<EventId> ids) {
        if (!version.hasChosenEventIds()) {
            return JsonArray.ofStrings(ids);
        }
        return JsonArray.of(ids.stream()
                .map(id -> JsonArray.of(new JsonString(id.text()), JsonObject.EMPTY))
                .toList());
    }

    /// The event, which must be well-formed.
    Pdu parse(JsonObject.Builder event) {
        JsonObject hashed = ContentHash.addTo(event.build());
        return PduParser.parse(version, hashed)
                .wellFormed()
                .orElseThrow(() -> new AssertionError("malformed: " + hashed));
    }

    /// The first event of a room, as it should be.
    Pdu create() {
        String creator = USERS.getFirst();
        Optional<String> room =
                version.roomIdIsCreateHash() ? Optional.empty() : Optional.of("!room:one.example");
        return parse(fields(EventTypes.CREATE, creator, room, Refs.NONE)
                .put("state_key", "")
                .put("content", creation(creator)));
    }

    private JsonObject creation(String creator) {
        JsonObject content =
                JsonObject.EMPTY.with("room_version", version.id()).with("creator", creator);
        return version.privilegedCreators() && oneIn(4)
                ? content.with("additional_creators", value(3))
                : content;
    }
}
