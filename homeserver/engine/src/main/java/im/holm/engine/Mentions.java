package im.holm.engine;

import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.stream.Stream;

/// Whom an event names (client-server API, "User and room mentions").
public final class Mentions {

    /// More names in one event than this are not looked at.
    private static final int NAMES_MAX = 50;

    private Mentions() {}

    /// The users in `m.mentions.user_ids`, as far as they can be read.
    public static Stream<UserId> named(JsonObject content) {
        return content
                .object("m.mentions")
                .flatMap(mentions -> mentions.array("user_ids"))
                .flatMap(JsonArray::strings)
                .orElse(List.of())
                .stream()
                .limit(NAMES_MAX)
                .flatMap(name -> UserId.parse(name).stream());
    }
}
