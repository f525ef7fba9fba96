package im.holm.cli.demo;

import im.holm.platform.egress.WsClient;
import im.holm.platform.http.Percent;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonWriter;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Somebody with an app on the Messenger API: `/v1` over HTTP, and the gateway for what happens.
final class MessengerUser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int EVENTS_MAX = 1_000;

    private final ApiClient api;
    private final BlockingQueue<JsonObject> events = new ArrayBlockingQueue<>(EVENTS_MAX);
    private final WsClient.Connection gateway;

    private MessengerUser(ApiClient api, WsClient.Connection gateway) {
        this.api = api;
        this.gateway = gateway;
    }

    /// Connects to the gateway that `GET /v1/config` names, and authenticates in the first
    /// frame.
    static MessengerUser connect(ApiClient server, WsClient sockets, String token)
            throws InterruptedException {
        ApiClient api = server.as(token);
        URI gateway = URI.create(api.get("/v1/config")
                .object("gateway")
                .flatMap(address -> address.string("url"))
                .orElseThrow(() -> new DemoFailure("GET /v1/config names no gateway")));
        var receiver = new Frames();
        return switch (sockets.connect(gateway, PATIENCE, receiver)) {
            case WsClient.Outcome.Failed(String reason) ->
                throw new DemoFailure(gateway + ": " + reason);
            case WsClient.Outcome.Connected(WsClient.Connection connection) -> {
                var user = new MessengerUser(api, connection);
                receiver.to = user.events;
                connection.send(text(JsonObject.builder()
                        .put("type", "auth")
                        .put("token", token)
                        .build()));
                user.await("ready", "the gateway's greeting", _ -> true);
                yield user;
            }
        };
    }

    /// Sends to a user, opening the one-to-one thread if there is none.
    Sent sendTo(String recipientId, String text) {
        return sent(api.post(
                "/v1/messages",
                JsonObject.builder()
                        .put("recipient_id", recipientId)
                        .put("text", text)
                        .build()));
    }

    Sent send(String threadId, String text) {
        return sent(api.post(
                "/v1/messages",
                JsonObject.builder()
                        .put("thread_id", threadId)
                        .put("text", text)
                        .build()));
    }

    record Sent(String threadId, String messageId) {}

    private static Sent sent(JsonObject answer) {
        return new Sent(
                answer.string("thread_id").orElseThrow(),
                answer.string("message_id").orElseThrow());
    }

    /// Waits until the gateway tells of a message with this text.
    void awaitMessage(String threadId, String text) throws InterruptedException {
        await(
                "message",
                "\"" + text + "\" on the gateway",
                data -> data.string("thread_id").equals(Optional.of(threadId))
                        && data.string("text").equals(Optional.of(text)));
    }

    /// Texts of the thread's history, oldest first.
    List<String> history(String threadId) {
        return thread(threadId).array("messages").orElseThrow().objects().orElseThrow().stream()
                .flatMap(message -> message.string("text").stream())
                .toList()
                .reversed();
    }

    List<String> participants(String threadId) {
        return thread(threadId).array("participants").orElseThrow().objects().orElseThrow().stream()
                .flatMap(participant -> participant.string("id").stream())
                .toList();
    }

    private JsonObject thread(String threadId) {
        return api.get("/v1/threads/" + Percent.encode(threadId) + "/messages?limit=50");
    }

    private void await(String type, String what, java.util.function.Predicate<JsonObject> wanted)
            throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonObject frame = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (frame == null) {
                throw new DemoFailure("waited " + PATIENCE.toSeconds() + " s in vain for " + what);
            }
            if (frame.string("type").equals(Optional.of(type))
                    && wanted.test(frame.object("data").orElse(JsonObject.EMPTY))) {
                return;
            }
        }
    }

    private static String text(JsonObject frame) {
        return new String(JsonWriter.write(frame), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        gateway.close();
    }

    /// Keeps what comes; a frame beyond the queue's end would be a bug of the demo and is
    /// dropped.
    private static final class Frames implements WsClient.Receiver {
        private volatile BlockingQueue<JsonObject> to = new ArrayBlockingQueue<>(1);

        @Override
        public void text(String message) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            JsonParser.parseObject(bytes, JsonLimits.clientBody(WsClient.MESSAGE_BYTES_MAX))
                    .object()
                    .ifPresent(frame -> to.offer(frame));
        }

        @Override
        public void closed(int code, String reason) {
            to.offer(JsonObject.builder()
                    .put("type", "closed")
                    .put("reason", reason)
                    .build());
        }
    }
}
