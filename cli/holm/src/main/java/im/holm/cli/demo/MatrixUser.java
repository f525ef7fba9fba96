package im.holm.cli.demo;

import im.holm.platform.http.Percent;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Somebody with a Matrix client: the client-server API, with one `/sync` loop. Used by one thread.
final class MatrixUser {

    private static final String API = "/_matrix/client/v3";
    private static final int SYNC_TIMEOUT_MS = 10_000;
    private static final int SYNCS_MAX = 12;

    private final ApiClient api;
    private final String userId;
    private Optional<String> since = Optional.empty();
    private int transactions;

    private MatrixUser(ApiClient api, String userId) {
        this.api = api;
        this.userId = userId;
    }

    /// Makes an account, as a client on a server with open registration does.
    static Account register(ApiClient server, String name, String password) {
        JsonObject request = JsonObject.builder()
                .put("username", name)
                .put("password", password)
                .put("initial_device_display_name", "holm demo")
                .build();
        ApiClient.Answer first = server.tryPost(API + "/register", request);
        JsonObject account = first.status() == 401
                ? server.post(API + "/register", request.with("auth", dummyStage(first.body())))
                : first.body();
        return new Account(
                account.string("user_id")
                        .orElseThrow(() -> new DemoFailure(
                                "registering " + name + " was answered with " + first.status())),
                account.string("access_token").orElseThrow());
    }

    private static JsonObject dummyStage(JsonObject challenge) {
        return JsonObject.builder()
                .put("type", "m.login.dummy")
                .put("session", challenge.string("session").orElse(""))
                .build();
    }

    record Account(String userId, String accessToken) {}

    static MatrixUser of(ApiClient server, Account account) {
        return new MatrixUser(server.as(account.accessToken()), account.userId());
    }

    String userId() {
        return userId;
    }

    void setDisplayName(String name) {
        api.put(
                API + "/profile/" + Percent.encode(userId) + "/displayname",
                JsonObject.of("displayname", new JsonString(name)));
    }

    /// Syncs until there is an invite.
    String awaitInvite() {
        for (int syncs = 0; syncs < SYNCS_MAX; syncs++) {
            JsonObject invites = sync().object("rooms")
                    .flatMap(rooms -> rooms.object("invite"))
                    .orElse(JsonObject.EMPTY);
            if (!invites.isEmpty()) {
                return invites.keyAt(0);
            }
        }
        throw new DemoFailure(userId + " got no invite");
    }

    void join(String roomId) {
        api.post(API + "/join/" + Percent.encode(roomId), JsonObject.EMPTY);
    }

    void send(String roomId, String text) {
        transactions++;
        api.put(
                API + "/rooms/" + Percent.encode(roomId) + "/send/m.room.message/demo"
                        + transactions,
                JsonObject.builder().put("msgtype", "m.text").put("body", text).build());
    }

    /// Syncs until a message of somebody else with this text is in the room's timeline.
    void awaitMessage(String roomId, String text) {
        for (int syncs = 0; syncs < SYNCS_MAX; syncs++) {
            if (texts(timeline(sync(), roomId)).contains(text)) {
                return;
            }
        }
        throw new DemoFailure(userId + " did not see \"" + text + "\"");
    }

    /// Texts of the room's history, oldest first.
    List<String> history(String roomId) {
        JsonObject page =
                api.get(API + "/rooms/" + Percent.encode(roomId) + "/messages?dir=b&limit=100");
        List<String> texts = new ArrayList<>(texts(events(page, "chunk")));
        return texts.reversed();
    }

    /// Who is joined.
    List<String> members(String roomId) {
        return api.get(API + "/rooms/" + Percent.encode(roomId) + "/joined_members")
                .object("joined")
                .orElse(JsonObject.EMPTY)
                .keys();
    }

    JsonObject sync() {
        String from = since.map(token -> "&since=" + Percent.encode(token)).orElse("");
        int timeout = since.isPresent() ? SYNC_TIMEOUT_MS : 0;
        JsonObject answer = api.get(API + "/sync?timeout=" + timeout + from);
        since = answer.string("next_batch");
        return answer;
    }

    private static List<JsonObject> timeline(JsonObject sync, String roomId) {
        return sync.object("rooms")
                .flatMap(rooms -> rooms.object("join"))
                .flatMap(joined -> joined.object(roomId))
                .flatMap(room -> room.object("timeline"))
                .map(timeline -> events(timeline, "events"))
                .orElse(List.of());
    }

    private static List<JsonObject> events(JsonObject holder, String key) {
        List<JsonObject> events = new ArrayList<>();
        holder.array(key).ifPresent(array -> {
            for (JsonValue value : array.values()) {
                if (value instanceof JsonObject event) {
                    events.add(event);
                }
            }
        });
        return events;
    }

    private static List<String> texts(List<JsonObject> events) {
        return events.stream()
                .filter(event -> event.string("type").equals(Optional.of("m.room.message")))
                .flatMap(event -> event.object("content").flatMap(c -> c.string("body")).stream())
                .toList();
    }
}
