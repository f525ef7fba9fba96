package im.holm.messenger;

import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.Optional;

/// A user as a thread shows them.
///
/// @param picture an `mxc:` URI
record Person(UserId id, String name, Optional<String> picture) {

    /// Of a member event's content; without a name the local part serves.
    static Person of(UserId id, JsonObject memberContent) {
        return new Person(
                id,
                memberContent
                        .string("displayname")
                        .filter(name -> !name.isBlank())
                        .orElse(id.localpart()),
                memberContent.string("avatar_url"));
    }

    JsonObject json() {
        JsonValue pic = picture.map(url -> (JsonValue) new JsonString(url)).orElse(JsonNull.NULL);
        return JsonObject.builder()
                .put("id", id.toString())
                .put("name", name)
                .put("profile_pic", pic)
                .build();
    }
}
