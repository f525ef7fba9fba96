package im.holm.cli;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the files of `holm explain`.
final class ExplainFiles {

    /// A room's whole state may be in one file.
    static final int FILE_MAX_BYTES = 256 << 20;

    private ExplainFiles() {}

    /// What is wrong with a file, in one line.
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String reason) {
            super(reason);
        }
    }

    static JsonObject object(Path file) throws Unusable {
        if (read(file) instanceof JsonObject object) {
            return object;
        }
        throw new Unusable(file + " is no JSON object");
    }

    /// An array of objects, or an object that has it under one of the names.
    static List<JsonObject> objects(Path file, String... names) throws Unusable {
        JsonValue value = read(file);
        if (value instanceof JsonObject object) {
            for (String name : names) {
                if (object.array(name).isPresent()) {
                    value = object.array(name).get();
                }
            }
        }
        Optional<List<JsonObject>> objects =
                value instanceof JsonArray array ? array.objects() : Optional.empty();
        return objects.orElseThrow(() -> new Unusable(file + " is no array of JSON objects"));
    }

    static JsonValue read(Path file) throws Unusable {
        try {
            if (Files.size(file) > FILE_MAX_BYTES) {
                throw new Unusable(file + " has more than " + FILE_MAX_BYTES + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            return switch (JsonParser.parse(bytes, JsonLimits.clientBody(FILE_MAX_BYTES))) {
                case JsonResult.Parsed(JsonValue value) -> value;
                case JsonResult.Malformed(var problem, var where) ->
                    throw new Unusable(file + " is no JSON: " + problem + " at " + where);
            };
        } catch (NoSuchFileException absent) {
            throw new Unusable("there is no file " + file);
        } catch (IOException unreadable) {
            throw new Unusable(file + " cannot be read: " + unreadable.getMessage());
        }
    }

    static List<Pdu> events(RoomVersion version, Path file, List<JsonObject> objects)
            throws Unusable {
        List<Pdu> events = new ArrayList<>();
        for (JsonObject json : objects) {
            switch (PduParser.parse(version, json)) {
                case ParsedPdu.WellFormed(Pdu event) -> events.add(event);
                case ParsedPdu.Malformed(String reason) ->
                    throw new Unusable("event " + (events.size() + 1) + " of " + file
                            + " is not one of room version " + version + ": " + reason);
            }
        }
        return events;
    }

    /// The room version that a create event among these names.
    static Optional<String> version(List<JsonObject> events) {
        return events.stream()
                .filter(event ->
                        event.string("type").filter(EventTypes.CREATE::equals).isPresent())
                .findFirst()
                .map(create -> create.object("content")
                        .flatMap(content -> content.string("room_version"))
                        .orElse("1"));
    }

    static RoomVersion known(String id) throws Unusable {
        return RoomVersions.find(id)
                .orElseThrow(() -> new Unusable("room version '" + id + "' is not one of "
                        + String.join(
                                ", ",
                                RoomVersions.supportedIds().stream().sorted().toList())));
    }
}
