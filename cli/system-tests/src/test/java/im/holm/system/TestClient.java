package im.holm.system;

import im.holm.platform.http.Percent;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonWriter;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A Matrix client on a server of this machine, as far as system tests need one.
final class TestClient {

    private static final String API = "/_matrix/client/v3";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;
    private final Optional<String> token;

    TestClient(int port) {
        this(port, Optional.empty());
    }

    private TestClient(int port, Optional<String> token) {
        this.port = port;
        this.token = token;
    }

    TestClient as(String accessToken) {
        return new TestClient(port, Optional.of(accessToken));
    }

    /// Makes an account where registration is open, and gives its access token.
    String register(String name, String password) throws IOException, InterruptedException {
        JsonObject request = JsonObject.builder()
                .put("username", name)
                .put("password", password)
                .build();
        String session = send("POST", API + "/register", Optional.of(request))
                .string("session")
                .orElseThrow();
        JsonObject stage = JsonObject.builder()
                .put("type", "m.login.dummy")
                .put("session", session)
                .build();
        return post(API + "/register", request.with("auth", stage))
                .string("access_token")
                .orElseThrow();
    }

    String login(String name, String password) throws IOException, InterruptedException {
        JsonObject request = JsonObject.builder()
                .put("type", "m.login.password")
                .put(
                        "identifier",
                        JsonObject.builder()
                                .put("type", "m.id.user")
                                .put("user", name)
                                .build())
                .put("password", password)
                .build();
        return post(API + "/login", request).string("access_token").orElseThrow();
    }

    /// Sends a message and gives the event's id.
    String send(String room, String text, String txnId) throws IOException, InterruptedException {
        JsonObject content =
                JsonObject.builder().put("msgtype", "m.text").put("body", text).build();
        return send(
                        "PUT",
                        API + "/rooms/" + Percent.encode(room) + "/send/m.room.message/" + txnId,
                        Optional.of(content))
                .string("event_id")
                .orElseThrow();
    }

    /// @param since empty for an initial sync
    JsonObject sync(String since) throws IOException, InterruptedException {
        return awaitSync(since, Duration.ZERO);
    }

    /// Waits at most so long for something new.
    JsonObject awaitSync(String since, Duration timeout) throws IOException, InterruptedException {
        String filter = Percent.encode("{\"room\":{\"timeline\":{\"limit\":100}}}");
        String from = since.isEmpty() ? "" : "&since=" + Percent.encode(since);
        String path = API + "/sync?timeout=" + timeout.toMillis() + "&filter=" + filter + from;
        return send("GET", path, Optional.empty());
    }

    /// What another listener of the server says.
    static String text(int port, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /// Ids of the messages in a room's timeline.
    List<String> timelineIds(JsonObject sync, String room) {
        return sync
                .object("rooms")
                .flatMap(rooms -> rooms.object("join"))
                .flatMap(joined -> joined.object(room))
                .flatMap(joined -> joined.object("timeline"))
                .flatMap(timeline -> timeline.array("events"))
                .flatMap(events -> events.objects())
                .orElse(List.of())
                .stream()
                .filter(event -> event.string("type").equals(Optional.of("m.room.message")))
                .map(event -> event.string("event_id").orElseThrow())
                .toList();
    }

    JsonObject post(String path, JsonObject body) throws IOException, InterruptedException {
        return send("POST", path, Optional.of(body));
    }

    private JsonObject send(String method, String path, Optional<JsonObject> body)
            throws IOException, InterruptedException {
        var publisher = body.map(JsonWriter::write)
                .map(HttpRequest.BodyPublishers::ofByteArray)
                .orElse(HttpRequest.BodyPublishers.noBody());
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, publisher);
        token.ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
        byte[] answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray())
                .body();
        return JsonParser.parseObject(answer, JsonLimits.clientBody(1 << 24))
                .object()
                .orElseThrow(
                        () -> new AssertionError(method + " " + path + ": " + new String(answer)));
    }
}
