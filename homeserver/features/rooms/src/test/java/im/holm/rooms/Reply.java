package im.holm.rooms;

import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;

import java.util.List;
import java.util.Optional;

/// What the server answered.
record Reply(int status, JsonValue json) {

    JsonObject body() {
        return (JsonObject) json;
    }

    String errcode() {
        return body().string("errcode").orElse("none");
    }

    /// An object deep inside; empty if any step is missing.
    JsonObject object(String... path) {
        return object(body(), path);
    }

    static JsonObject object(JsonObject from, String... path) {
        Optional<JsonObject> at = Optional.of(from);
        for (String key : path) {
            at = at.flatMap(object -> object.object(key));
        }
        return at.orElse(JsonObject.EMPTY);
    }

    String string(String key) {
        return body().string(key).orElseThrow(() -> new AssertionError("no " + key + ": " + this));
    }

    List<JsonObject> list(String key) {
        return list(body(), key);
    }

    static List<JsonObject> list(JsonObject from, String key) {
        return from.array(key).flatMap(JsonArray::objects).orElse(List.of());
    }

    /// The room's part of a sync.
    JsonObject joined(String room) {
        return object("rooms", "join", room);
    }

    boolean hasJoined(String room) {
        return object("rooms", "join").has(room);
    }

    List<JsonObject> timeline(String room) {
        return list(object(joined(room), "timeline"), "events");
    }

    List<JsonObject> state(String room) {
        return list(object(joined(room), "state"), "events");
    }

    List<JsonObject> ephemeral(String room) {
        return list(object(joined(room), "ephemeral"), "events");
    }

    String nextBatch() {
        return string("next_batch");
    }

    /// The texts of messages, in order.
    static List<String> bodies(List<JsonObject> events) {
        return events.stream()
                .flatMap(event -> object(event, "content").string("body").stream())
                .toList();
    }

    static List<String> types(List<JsonObject> events) {
        return events.stream().flatMap(event -> event.string("type").stream()).toList();
    }
}
