package im.holm.federation.xmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.federation.Peer;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Headers;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.JsonSigning;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.VerifyKey;
import im.holm.slice.OriginCheck.Origin;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class RequestVerificationTest {
    private static final ServerName OURSELVES = ServerName.of("us.example.org");
    private static final String TARGET = "/_matrix/federation/v1/send/1?a=%20b";

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-25T03:00:00Z"));
    private final Peer peer = new Peer("peer.example.org");
    private final List<ServerName> heard = new ArrayList<>();
    private final RequestVerification verification =
            new RequestVerification(OURSELVES, keys(), time, heard::add);

    @Test
    void aRequestThatWeSignIsVerifiedByOthers() {
        byte[] body = "{\"a\":[1,2.5],\"b\":\"\\u00e4\"}".getBytes(StandardCharsets.UTF_8);
        byte[] canonical = "{\"a\":[1,2.5],\"b\":\"ä\"}".getBytes(StandardCharsets.UTF_8);
        String header = SignedRequest.authorization(
                peer.signer(), OURSELVES, "PUT", TARGET, Optional.of(canonical));

        assertThat(verification.check(request(Method.PUT, body, header)))
                .isEqualTo(new Origin.Verified(peer.name()));
        assertThat(heard).containsExactly(peer.name());
    }

    @Test
    void theSignedBytesAreThoseOfTheSpecification() {
        JsonObject content = Peer.json("{\"b\":1,\"a\":{\"c\":[]}}");
        JsonObject spelledOut = JsonSigning.sign(
                JsonObject.builder()
                        .put("method", "PUT")
                        .put("uri", TARGET)
                        .put("origin", "peer.example.org")
                        .put("destination", "us.example.org")
                        .put("content", content)
                        .build(),
                peer.signer());
        byte[] signature = JsonSigning.signature(
                        spelledOut, peer.name(), peer.signer().keyId())
                .orElseThrow();

        String header = SignedRequest.authorization(
                peer.signer(),
                OURSELVES,
                "PUT",
                TARGET,
                Optional.of(Peer.text(content).getBytes(StandardCharsets.UTF_8)));

        assertThat(header)
                .isEqualTo("X-Matrix origin=\"peer.example.org\",destination=\"us.example.org\","
                        + "key=\"ed25519:sketch\",sig=\"" + Base64Text.encode(signature) + "\"");
    }

    @Test
    void aChangedBodyTargetOrMethodIsUnauthorized() {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        String header = SignedRequest.authorization(
                peer.signer(), OURSELVES, "PUT", TARGET, Optional.of(body));

        assertUnauthorized(
                request(Method.PUT, "{\"x\":1}".getBytes(StandardCharsets.UTF_8), header));
        assertUnauthorized(request(Method.PUT, new byte[0], header));
        assertUnauthorized(request(Method.POST, body, header));
        assertUnauthorized(Request.of(Method.PUT, TARGET + "c", Map.of(), body)
                .with(Headers.of("Authorization", header)));
        assertThat(heard).isEmpty();
    }

    @Test
    void aRequestForAnotherServerIsUnauthorized() {
        String header = SignedRequest.authorization(
                peer.signer(), ServerName.of("them.example.org"), "GET", TARGET, Optional.empty());

        assertUnauthorized(request(Method.GET, new byte[0], header));
    }

    @Test
    void aServerWithoutTheDestinationParameterIsStillUnderstood() {
        byte[] signed = SignedRequest.signedBytes(
                "GET", TARGET, peer.name(), Optional.empty(), Optional.empty());
        String header = "X-Matrix origin=peer.example.org,key=\"ed25519:sketch\",sig=\""
                + Base64Text.encode(peer.signer().sign(signed)) + "\"";

        assertThat(verification.check(request(Method.GET, new byte[0], header)))
                .isEqualTo(new Origin.Verified(peer.name()));
    }

    @Test
    void aKeyThatIsNoLongerValidDoesNotCount() {
        String header = SignedRequest.authorization(
                peer.signer(), OURSELVES, "GET", TARGET, Optional.empty());
        time.advance(Duration.ofHours(2));

        assertUnauthorized(request(Method.GET, new byte[0], header));
    }

    @Test
    void oneGoodSignatureOfSeveralIsEnoughButTheyMustNameOneOrigin() {
        String good = SignedRequest.authorization(
                peer.signer(), OURSELVES, "GET", TARGET, Optional.empty());
        String unknownKey =
                "X-Matrix origin=peer.example.org,destination=us.example.org,key=ed25519:9,sig=x";
        String other = "X-Matrix origin=other.example.org,key=ed25519:1,sig=x";

        assertThat(verification.check(request(Method.GET, new byte[0], unknownKey, good)))
                .isEqualTo(new Origin.Verified(peer.name()));
        assertUnauthorized(request(Method.GET, new byte[0], good, other));
    }

    @Test
    void aRequestWithoutSignatureOrWithTooManyIsUnauthorized() {
        String good = SignedRequest.authorization(
                peer.signer(), OURSELVES, "GET", TARGET, Optional.empty());

        assertUnauthorized(request(Method.GET, new byte[0]));
        assertUnauthorized(request(Method.GET, new byte[0], "Bearer abc"));
        assertUnauthorized(request(Method.GET, new byte[0], good, good, good, good, good, good));
    }

    @Test
    void aBodyThatIsNotJsonIsSaidToBe() {
        String header = SignedRequest.authorization(
                peer.signer(), OURSELVES, "PUT", TARGET, Optional.of(new byte[] {'{', '}'}));
        byte[] body = "{,".getBytes(StandardCharsets.UTF_8);

        Origin origin = verification.check(request(Method.PUT, body, header));

        assertThat(((Origin.Refused) origin).problem().code()).isEqualTo(ErrorCode.NOT_JSON);
    }

    private void assertUnauthorized(Request request) {
        Origin origin = verification.check(request);
        assertThat(origin).isInstanceOf(Origin.Refused.class);
        assertThat(((Origin.Refused) origin).problem().code()).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    private static Request request(Method method, byte[] body, String... authorization) {
        Headers headers = Headers.empty();
        for (String value : authorization) {
            headers = headers.plus("Authorization", value);
        }
        return Request.of(method, TARGET, Map.of(), body).with(headers);
    }

    private KeyRing keys() {
        long validUntil = time.millis() + 3_600_000;
        return (server, keyId, _) -> server.equals(peer.name()) && keyId.equals(Peer.KEY_ID)
                ? Optional.of(new VerifyKey(peer.signer().publicKey(), validUntil, false))
                : Optional.empty();
    }
}
