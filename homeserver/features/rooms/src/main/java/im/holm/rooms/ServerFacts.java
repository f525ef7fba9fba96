package im.holm.rooms;

import im.holm.platform.http.Method;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;

import java.util.ArrayList;
import java.util.List;

/// What clients ask of a server before anything else: specification versions and capabilities.
final class ServerFacts {

    private static final int SPEC_MINOR_MAX = 19;

    private ServerFacts() {}

    static List<ClientRoute> routes(RoomVersion defaultVersion) {
        return List.of(
                ClientRoute.open(
                        Method.GET,
                        "/_matrix/client/versions",
                        new Documented("getVersions", "r0", "ServerFactsTest"),
                        _ -> versions()),
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/capabilities",
                        new Documented("getCapabilities", "r0", "ServerFactsTest"),
                        (_, _) -> capabilities(defaultVersion)));
    }

    /// Clients look for the one version that they know: each is listed.
    private static Response versions() {
        List<String> versions = new ArrayList<>(List.of("r0.6.1"));
        for (int minor = 1; minor <= SPEC_MINOR_MAX; minor++) {
            versions.add("v1." + minor);
        }
        return Answers.json(JsonObject.builder()
                .put("versions", JsonArray.ofStrings(versions))
                .put("unstable_features", JsonObject.of("org.matrix.msc4222", JsonBoolean.TRUE))
                .build());
    }

    private static Response capabilities(RoomVersion defaultVersion) {
        var available = JsonObject.builder();
        RoomVersions.supportedIds().forEach(id -> available.put(id, "stable"));
        JsonObject off = JsonObject.of("enabled", JsonBoolean.FALSE);
        JsonObject on = JsonObject.of("enabled", JsonBoolean.TRUE);
        JsonObject capabilities = JsonObject.builder()
                .put(
                        "m.room_versions",
                        JsonObject.builder()
                                .put("default", new JsonString(defaultVersion.id()))
                                .put("available", available.build())
                                .build())
                .put("m.change_password", on)
                .put("m.set_displayname", on)
                .put("m.set_avatar_url", on)
                .put("m.3pid_changes", off)
                .put("m.get_login_token", off)
                .put("m.forget_forced_upon_leave", off)
                .build();
        return Answers.json(JsonObject.of("capabilities", capabilities));
    }
}
