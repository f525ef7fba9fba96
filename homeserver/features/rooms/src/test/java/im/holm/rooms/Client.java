package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.http.Percent;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One device of one user, over real HTTP.
final class Client {

    private static final String V3 = "/_matrix/client/v3";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final UserId user;
    private final URI base;
    private final String token;
    private int txn;
    private String since = "";

    Client(URI base, UserId user, String token) {
        this.base = base;
        this.user = user;
        this.token = token;
    }

    Reply get(String path) {
        return call("GET", path, "");
    }

    Reply post(String path, String body) {
        return call("POST", path, body);
    }

    Reply put(String path, String body) {
        return call("PUT", path, body);
    }

    Reply delete(String path) {
        return call("DELETE", path, "");
    }

    /// A request under `/_matrix/client/v3`, or anywhere if the path says so.
    Reply call(String method, String path, String body) {
        String target = path.startsWith("/_") ? path : V3 + path;
        var request = HttpRequest.newBuilder(URI.create(base + target))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .method(
                        method,
                        body.isEmpty()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        try {
            var response = HTTP.send(request, BodyHandlers.ofByteArray());
            return switch (JsonParser.parse(response.body(), JsonLimits.clientBody(64 << 20))) {
                case JsonResult.Parsed(var json) -> new Reply(response.statusCode(), json);
                case JsonResult.Malformed malformed ->
                    throw new AssertionError(method + " " + path + ": " + malformed);
            };
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    /// The id of a new room.
    String createRoom(String body) {
        return ok(post("/createRoom", body)).string("room_id");
    }

    String createPublicRoom() {
        return createRoom("{\"preset\":\"public_chat\"}");
    }

    void join(String room) {
        ok(post("/join/" + encode(room), "{}"));
    }

    void leave(String room) {
        ok(post(path(room) + "/leave", "{}"));
    }

    void invite(String room, Client other) {
        ok(post(path(room) + "/invite", "{\"user_id\":\"" + other.user + "\"}"));
    }

    /// The id of the new message.
    String say(String room, String text) {
        return send(room, "m.room.message", "{\"msgtype\":\"m.text\",\"body\":\"" + text + "\"}");
    }

    String send(String room, String type, String content) {
        return ok(put(path(room) + "/send/" + type + "/txn" + txn++, content)).string("event_id");
    }

    String setState(String room, String type, String key, String content) {
        return ok(put(path(room) + "/state/" + type + "/" + encode(key), content))
                .string("event_id");
    }

    /// What is new since this client's last sync, at once.
    Reply sync() {
        return sync("timeout=0");
    }

    /// What is new, waiting for it.
    Reply syncWaiting() {
        return sync("timeout=10000");
    }

    Reply sync(String query) {
        Reply reply = ok(get("/sync?" + query + (since.isEmpty() ? "" : "&since=" + since)));
        since = reply.nextBatch();
        return reply;
    }

    /// Goes on where another client has been.
    Client after(Client other) {
        since = other.since;
        return this;
    }

    /// Forgets what was seen.
    void startOver() {
        since = "";
    }

    static Reply ok(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply;
    }

    static String path(String room) {
        return "/rooms/" + encode(room);
    }

    static String encode(String text) {
        return Percent.encode(text);
    }
}
