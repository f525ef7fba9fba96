package im.holm.accounts;

import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/// A client over real HTTP, with or without an access token.
record Api(URI base, Optional<String> token) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    record Reply(int status, JsonObject body) {

        String text(String key) {
            return body.string(key)
                    .orElseThrow(() -> new AssertionError("no '" + key + "' in " + this));
        }

        /// `M_FORBIDDEN`, or nothing if it is no error.
        String error() {
            return body.string("errcode").orElse("");
        }
    }

    static Api anonymous(URI base) {
        return new Api(base, Optional.empty());
    }

    Api as(String accessToken) {
        return new Api(base, Optional.of(accessToken));
    }

    Reply get(String path) {
        return call("GET", path, Optional.empty());
    }

    Reply post(String path, String body) {
        return call("POST", path, Optional.of(body));
    }

    Reply put(String path, String body) {
        return call("PUT", path, Optional.of(body));
    }

    Reply delete(String path, String body) {
        return call("DELETE", path, Optional.of(body));
    }

    private Reply call(String method, String path, Optional<String> body) {
        String target =
                path.startsWith("/_") || path.startsWith("/.") ? path : "/_matrix/client/v3" + path;
        var request = HttpRequest.newBuilder(URI.create(base + target))
                .timeout(Duration.ofSeconds(30))
                .method(method, body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            JsonObject json = JsonParser.parseObject(
                            response.body(), JsonLimits.clientBody(1 << 20))
                    .object()
                    .orElseThrow(() -> new AssertionError(
                            method + " " + path + " answered " + new String(response.body())));
            return new Reply(response.statusCode(), json);
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
