package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// One device of one user on the Messenger API, over real HTTP.
record App(UserId user, String token, URI base) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    record Reply(int status, JsonObject body, String contentType) {

        String text(String key) {
            return body.string(key)
                    .orElseThrow(() -> new AssertionError("no '" + key + "' in " + this));
        }

        List<JsonObject> list(String key) {
            return body.array(key)
                    .flatMap(array -> array.objects())
                    .orElseThrow(() -> new AssertionError("no '" + key + "' in " + this));
        }

        Reply ok() {
            assertThat(status).as(toString()).isBetween(200, 201);
            return this;
        }

        /// Problem details with this status and code.
        void isProblem(int expected, String errcode) {
            assertThat(status).as(toString()).isEqualTo(expected);
            assertThat(contentType).isEqualTo("application/problem+json");
            assertThat(text("errcode")).as(toString()).isEqualTo(errcode);
            assertThat(text("type")).startsWith("urn:holm:problem:");
            assertThat(body.integer("status")).hasValue(expected);
        }
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

    /// Sends a text to somebody, or into a thread.
    Reply write(String target, String text) {
        String key = target.startsWith("@") ? "recipient_id" : "thread_id";
        return post(
                        "/v1/messages",
                        "{\"" + key + "\":\"" + target + "\",\"text\":\"" + text + "\"}")
                .ok();
    }

    private Reply call(String method, String path, String body) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
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
            JsonObject json = JsonParser.parseObject(
                            response.body(), JsonLimits.clientBody(8 << 20))
                    .object()
                    .orElseThrow(() -> new AssertionError(method + " " + path + " answered "
                            + new String(response.body(), StandardCharsets.UTF_8)));
            return new Reply(
                    response.statusCode(),
                    json,
                    response.headers().firstValue("content-type").orElse(""));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
