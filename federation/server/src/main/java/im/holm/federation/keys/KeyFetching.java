package im.holm.federation.keys;

import im.holm.federation.call.Transport;
import im.holm.federation.call.Urgency;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.signing.JsonSigning;
import im.holm.protocol.signing.VerifyKey;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/// Asks for the keys of a server: the server itself first, then the notaries that the operator
/// trusts.
final class KeyFetching {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFetching.class);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int FETCHES_MAX = 64;
    private static final int NOTARY_ANSWER_MAX_BYTES = 1 << 20;

    private final Transport transport;
    private final List<ServerName> notaries;
    private final InstantSource time;
    private final Semaphore places = new Semaphore(FETCHES_MAX);

    KeyFetching(Transport transport, List<ServerName> notaries, InstantSource time) {
        this.transport = transport;
        this.notaries = List.copyOf(notaries);
        this.time = time;
    }

    /// Blocks for at most 10 s a source.
    ///
    /// @param notaryKey how a notary's own key is had
    Optional<KeyDocument> fetch(
            ServerName server, BiFunction<ServerName, KeyId, Optional<VerifyKey>> notaryKey) {
        try {
            if (!places.tryAcquire(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            Optional<KeyDocument> direct = fromItself(server);
            for (int i = 0; direct.isEmpty() && i < notaries.size(); i++) {
                if (!notaries.get(i).equals(server)) {
                    direct = fromNotary(notaries.get(i), server, notaryKey);
                }
            }
            return direct;
        } finally {
            places.release();
        }
    }

    private Optional<KeyDocument> fromItself(ServerName server) {
        return send(
                        server,
                        "GET",
                        "/_matrix/key/v2/server",
                        Optional.empty(),
                        KeyDocument.DOCUMENT_MAX_BYTES)
                .flatMap(json -> checked(server, json, server));
    }

    private Optional<KeyDocument> fromNotary(
            ServerName notary,
            ServerName server,
            BiFunction<ServerName, KeyId, Optional<VerifyKey>> notaryKey) {
        JsonObject body =
                JsonObject.of("server_keys", JsonObject.of(server.text(), JsonObject.EMPTY));
        Optional<JsonObject> answer = send(
                notary,
                "POST",
                "/_matrix/key/v2/query",
                Optional.of(CanonicalJson.write(body)),
                NOTARY_ANSWER_MAX_BYTES);
        List<JsonObject> documents = answer.flatMap(json -> json.array("server_keys"))
                .flatMap(array -> array.objects())
                .orElse(List.of());
        Optional<KeyDocument> newest = Optional.empty();
        for (JsonObject document : documents) {
            Optional<KeyDocument> good = isSigned(document, notary, notaryKey)
                    ? checked(server, document, notary)
                    : Optional.empty();
            if (good.isPresent()
                    && (newest.isEmpty()
                            || good.get().validUntilMs() > newest.get().validUntilMs())) {
                newest = good;
            }
        }
        return newest;
    }

    private static boolean isSigned(
            JsonObject document,
            ServerName notary,
            BiFunction<ServerName, KeyId, Optional<VerifyKey>> notaryKey) {
        JsonObject signatures = document.object("signatures")
                .flatMap(all -> all.object(notary.text()))
                .orElse(JsonObject.EMPTY);
        return signatures.keys().stream()
                .limit(10)
                .flatMap(id -> KeyId.parse(id).stream())
                .anyMatch(id -> notaryKey
                        .apply(notary, id)
                        .filter(key -> !key.expired())
                        .filter(key -> JsonSigning.verify(document, notary, id, key.bytes()))
                        .isPresent());
    }

    private Optional<KeyDocument> checked(ServerName server, JsonObject json, ServerName from) {
        return switch (KeyDocument.check(server, json, time.millis())) {
            case KeyDocument.Checked.Good(KeyDocument document) -> Optional.of(document);
            case KeyDocument.Checked.Bad(String reason) -> {
                LOG.info("Keys of {} from {} are not usable: {}", server, from, reason);
                yield Optional.empty();
            }
        };
    }

    private Optional<JsonObject> send(
            ServerName to, String method, String path, Optional<byte[]> body, int maxBytes) {
        return switch (transport.carry(new Transport.Carried(
                to,
                method,
                path,
                Optional.empty(),
                body,
                Optional.empty(),
                DEADLINE,
                maxBytes,
                Urgency.USER))) {
            case Transport.Delivery.Failed(String reason, boolean _) -> {
                LOG.debug("No keys from {}: {}", to, reason);
                yield Optional.empty();
            }
            case Transport.Delivery.Answered(int status, var _, byte[] answer) ->
                status == 200
                        ? JsonParser.parseObject(answer, JsonLimits.federationBody(maxBytes))
                                .object()
                        : Optional.empty();
        };
    }
}
