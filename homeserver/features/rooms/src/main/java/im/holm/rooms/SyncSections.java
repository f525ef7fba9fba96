package im.holm.rooms;

import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.SyncSection;
import im.holm.slice.SyncSection.Part;
import im.holm.slice.SyncSection.Reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What other features add to a `/sync` answer.
final class SyncSections {

    private static final String EVENTS = "events";

    private SyncSections() {}

    /// All parts as one.
    static Part read(List<SyncSection> sections, Reading reading) {
        Map<String, JsonValue> topLevel = Map.of();
        Map<Long, Map<String, JsonObject>> rooms = new HashMap<>();
        boolean present = false;
        for (SyncSection section : sections) {
            Part part = section.read(reading);
            topLevel = merge(topLevel, part.topLevel());
            part.rooms()
                    .forEach((room, keys) -> rooms.merge(room, keys, SyncSections::mergeObjects));
            present |= part.present();
        }
        return new Part(topLevel, rooms, present);
    }

    /// Both maps' keys; of a key in both, the objects' keys, `events` arrays joined.
    static Map<String, JsonValue> merge(
            Map<String, JsonValue> first, Map<String, JsonValue> second) {
        Map<String, JsonValue> all = new LinkedHashMap<>(first);
        second.forEach((key, value) -> all.merge(key, value, SyncSections::merge));
        return all;
    }

    static Map<String, JsonObject> mergeObjects(
            Map<String, JsonObject> first, Map<String, JsonObject> second) {
        Map<String, JsonObject> all = new LinkedHashMap<>(first);
        second.forEach((key, object) -> all.merge(key, object, SyncSections::merge));
        return all;
    }

    /// What is not an object is replaced.
    private static JsonValue merge(JsonValue first, JsonValue second) {
        return first instanceof JsonObject one && second instanceof JsonObject other
                ? merge(one, other)
                : second;
    }

    private static JsonObject merge(JsonObject first, JsonObject second) {
        var merged = JsonObject.builder().putAll(first).putAll(second);
        if (first.array(EVENTS).isPresent() && second.array(EVENTS).isPresent()) {
            List<JsonValue> events = new ArrayList<>(first.array(EVENTS).get().values());
            events.addAll(second.array(EVENTS).get().values());
            merged.put(EVENTS, JsonArray.of(events));
        }
        return merged.build();
    }
}
