package im.holm.federation;

import im.holm.platform.egress.EgressOutcome;
import im.holm.platform.egress.EgressRequest;
import im.holm.platform.http.Headers;
import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.JsonSigning;
import im.holm.protocol.sketch.SketchKeys;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Another server as tests need it: it has a key, publishes it, and answers what it is told to.
public final class Peer {
    /// The id of every peer's key.
    public static final KeyId KEY_ID = SketchKeys.KEY_ID;

    private final Ed25519Signer signer;
    private final Map<String, Function<EgressRequest, EgressOutcome>> answers =
            new LinkedHashMap<>();

    public Peer(String name) {
        this.signer = SketchKeys.signer(ServerName.of(name));
    }

    public ServerName name() {
        return signer.server();
    }

    public Ed25519Signer signer() {
        return signer;
    }

    public JsonObject keyDocument(long validUntilMs) {
        return JsonSigning.sign(
                JsonObject.builder()
                        .put("server_name", signer.server().text())
                        .put("valid_until_ts", validUntilMs)
                        .put(
                                "verify_keys",
                                JsonObject.of(
                                        signer.keyId().toString(),
                                        JsonObject.builder()
                                                .put("key", Base64Text.encode(signer.publicKey()))
                                                .build()))
                        .put("old_verify_keys", JsonObject.EMPTY)
                        .build(),
                signer);
    }

    /// Publishes its key and listens at the host and port of its name.
    public Peer on(Internet internet, long keyValidUntilMs) {
        String key = text(keyDocument(keyValidUntilMs));
        answer("/_matrix/key/v2/server", _ -> Internet.json(key));
        int port = name().port().orElse(8448);
        internet.site(name().host() + ":" + port, this::serve);
        return this;
    }

    /// What it answers to paths that start so; the last word counts.
    public Peer answer(String path, Function<EgressRequest, EgressOutcome> answer) {
        synchronized (answers) {
            answers.put(path, answer);
        }
        return this;
    }

    public Peer answer(String path, JsonObject body) {
        return answer(path, _ -> Internet.json(text(body)));
    }

    public Peer decline(String path, int status, String errcode) {
        return answer(
                path,
                _ -> Internet.json(
                        status,
                        "{\"errcode\":\"" + errcode + "\",\"error\":\"no\"}",
                        Headers.empty()));
    }

    private EgressOutcome serve(EgressRequest request) {
        Function<EgressRequest, EgressOutcome> answer = null;
        synchronized (answers) {
            for (var entry : answers.entrySet()) {
                if (request.path().startsWith(entry.getKey())) {
                    answer = entry.getValue();
                }
            }
        }
        return answer == null
                ? Internet.json(404, "{\"errcode\":\"M_UNRECOGNIZED\"}", Headers.empty())
                : answer.apply(request);
    }

    public static String text(JsonObject object) {
        return new String(CanonicalJson.write(object), StandardCharsets.UTF_8);
    }

    public static JsonObject json(String text) {
        return JsonParser.parseObject(
                        text.getBytes(StandardCharsets.UTF_8), JsonLimits.federationBody(1 << 24))
                .object()
                .orElseThrow();
    }

    public static JsonObject body(EgressRequest request) {
        return json(new String(request.body(), StandardCharsets.UTF_8));
    }
}
