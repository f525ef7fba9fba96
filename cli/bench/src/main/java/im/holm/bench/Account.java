package im.holm.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A signed-in user of the Matrix client API, with just the requests that the bench makes.
///
/// Answers are searched, not parsed: the fields it needs are unescaped strings with unique names.
record Account(HttpClient http, URI server, String userId, String token) {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    /// Registers `name` with open registration.
    static Account register(HttpClient http, URI server, String name) {
        String answer = send(
                http,
                HttpRequest.newBuilder(server.resolve("/_matrix/client/v3/register"))
                        .POST(BodyPublishers.ofString("""
                                {"username": "%s", "password": "bench bench bench bench",
                                 "auth": {"type": "m.login.dummy"}}
                                """.formatted(name))));
        return new Account(http, server, field(answer, "user_id"), field(answer, "access_token"));
    }

    /// Makes a private room and returns its id.
    String createRoom() {
        return field(post("/createRoom", "{\"preset\": \"private_chat\"}"), "room_id");
    }

    void invite(String room, Account guest) {
        post("/rooms/" + encoded(room) + "/invite", "{\"user_id\": \"" + guest.userId + "\"}");
    }

    /// @param via a server that is in the room
    void join(String room, String via) {
        post(
                "/join/" + encoded(room) + "?server_name=" + encoded(via) + "&via=" + encoded(via),
                "{}");
    }

    void say(String room, String text) {
        String path = "/rooms/" + encoded(room) + "/send/m.room.message/" + encoded(text);
        send(
                http,
                request(path)
                        .PUT(BodyPublishers.ofString(
                                "{\"msgtype\": \"m.text\", \"body\": \"" + text + "\"}")));
    }

    /// One /sync answer, whole.
    ///
    /// @param since null for the first one
    String sync(String since, long timeout_ms) {
        String from = since == null ? "" : "&since=" + encoded(since);
        return send(http, request("/sync?timeout=" + timeout_ms + from).GET());
    }

    static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException("no " + name + " in " + json);
        }
        return found.group(1);
    }

    /// An answer that is not 200.
    static final class Refused extends IllegalStateException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(String message, int status) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /// Any request of the client API, below `/_matrix/client/v3`.
    ///
    /// @param body empty for none
    String call(String method, String path, String body) {
        return send(
                http,
                request(path)
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body)));
    }

    private String post(String path, String body) {
        return send(http, request(path).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + "/_matrix/client/v3" + path))
                .header("Authorization", "Bearer " + token);
    }

    private static String send(HttpClient http, HttpRequest.Builder request) {
        HttpRequest whole = request.timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/json")
                .build();
        try {
            HttpResponse<String> answer = http.send(whole, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new Refused(
                        whole.method() + " " + whole.uri().getPath() + " was answered with "
                                + answer.statusCode() + " " + answer.body(),
                        answer.statusCode());
            }
            return answer.body();
        } catch (IOException e) {
            throw new IllegalStateException(whole.uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
