package im.holm.rooms;

import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.List;

/// The rules by which a user is notified who has set none: those that every server has
/// (client-server API, "Predefined rules").
final class PushRules {

    /// The account data under which clients find the rules.
    static final String TYPE = "m.push_rules";

    private static final JsonValue NOTIFY = new JsonString("notify");
    private static final JsonValue HIGHLIGHT =
            JsonObject.of("set_tweak", new JsonString("highlight"));

    private PushRules() {}

    /// `{"global": ...}`.
    static JsonObject all(UserId user) {
        return JsonObject.of("global", global(user));
    }

    static JsonObject global(UserId user) {
        return JsonObject.builder()
                .put("override", JsonArray.of(override(user.toString())))
                .put("content", JsonArray.EMPTY)
                .put("room", JsonArray.EMPTY)
                .put("sender", JsonArray.EMPTY)
                .put("underride", JsonArray.of(underride()))
                .build();
    }

    private static List<JsonObject> override(String user) {
        return List.of(
                rule(".m.rule.master", false, List.of(), List.of()),
                quiet(".m.rule.suppress_notices", match("content.msgtype", "m.notice")),
                rule(
                        ".m.rule.invite_for_me",
                        true,
                        List.of(
                                match("type", "m.room.member"),
                                match("content.membership", "invite"),
                                match("state_key", user)),
                        List.of(NOTIFY, sound("default"))),
                quiet(".m.rule.member_event", match("type", "m.room.member")),
                rule(
                        ".m.rule.is_user_mention",
                        true,
                        List.of(property(
                                "event_property_contains",
                                "content.m\\.mentions.user_ids",
                                new JsonString(user))),
                        List.of(NOTIFY, sound("default"), HIGHLIGHT)),
                rule(
                        ".m.rule.is_room_mention",
                        true,
                        List.of(
                                property(
                                        "event_property_is",
                                        "content.m\\.mentions.room",
                                        JsonBoolean.TRUE),
                                JsonObject.builder()
                                        .put("kind", "sender_notification_permission")
                                        .put("key", "room")
                                        .build()),
                        List.of(NOTIFY, HIGHLIGHT)),
                rule(
                        ".m.rule.tombstone",
                        true,
                        List.of(match("type", "m.room.tombstone"), match("state_key", "")),
                        List.of(NOTIFY, HIGHLIGHT)),
                quiet(".m.rule.reaction", match("type", "m.reaction")),
                quiet(
                        ".m.rule.room.server_acl",
                        match("type", "m.room.server_acl"),
                        match("state_key", "")),
                quiet(
                        ".m.rule.suppress_edits",
                        property(
                                "event_property_is",
                                "content.m\\.relates_to.rel_type",
                                new JsonString("m.replace"))));
    }

    private static List<JsonObject> underride() {
        JsonObject two = JsonObject.builder()
                .put("kind", "room_member_count")
                .put("is", "2")
                .build();
        JsonObject message = match("type", "m.room.message");
        JsonObject encrypted = match("type", "m.room.encrypted");
        List<JsonValue> aloud = List.of(NOTIFY, sound("default"));
        return List.of(
                rule(
                        ".m.rule.call",
                        true,
                        List.of(match("type", "m.call.invite")),
                        List.of(NOTIFY, sound("ring"))),
                rule(".m.rule.encrypted_room_one_to_one", true, List.of(two, encrypted), aloud),
                rule(".m.rule.room_one_to_one", true, List.of(two, message), aloud),
                rule(".m.rule.message", true, List.of(message), List.of(NOTIFY)),
                rule(".m.rule.encrypted", true, List.of(encrypted), List.of(NOTIFY)));
    }

    /// A rule that keeps others from notifying.
    private static JsonObject quiet(String id, JsonObject... conditions) {
        return rule(id, true, List.of(conditions), List.of());
    }

    private static JsonObject rule(
            String id, boolean enabled, List<JsonObject> conditions, List<JsonValue> actions) {
        return JsonObject.builder()
                .put("rule_id", id)
                .put("default", true)
                .put("enabled", enabled)
                .put("conditions", JsonArray.of(conditions))
                .put("actions", JsonArray.of(actions))
                .build();
    }

    private static JsonObject match(String key, String pattern) {
        return JsonObject.builder()
                .put("kind", "event_match")
                .put("key", key)
                .put("pattern", pattern)
                .build();
    }

    private static JsonObject property(String kind, String key, JsonValue value) {
        return JsonObject.builder()
                .put("kind", kind)
                .put("key", key)
                .put("value", value)
                .build();
    }

    private static JsonValue sound(String name) {
        return JsonObject.builder().put("set_tweak", "sound").put("value", name).build();
    }
}
