package im.holm.federation.xmatrix;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.signing.Ed25519Verifier;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.VerifyKey;
import im.holm.slice.FederationRoute;
import im.holm.slice.OriginCheck;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Says which server made a request, by its signatures.
///
/// A server may sign with several keys, in several headers: they must name one origin, and one good
/// signature by a key that is valid now is enough.
public final class RequestVerification implements OriginCheck {
    /// More `X-Matrix` headers than this are refused: each may cost a look-up of a key.
    static final int HEADERS_MAX = 5;

    private final ServerName ourselves;
    private final KeyRing keys;
    private final InstantSource time;
    private final Consumer<ServerName> heard;

    /// @param heard told of each server that proved itself: it is evidently up
    public RequestVerification(
            ServerName ourselves, KeyRing keys, InstantSource time, Consumer<ServerName> heard) {
        this.ourselves = ourselves;
        this.keys = keys;
        this.time = time;
        this.heard = heard;
    }

    @Override
    public Origin check(Request request) {
        List<XMatrixHeader> headers = new ArrayList<>();
        for (String value : request.headers().all("Authorization")) {
            switch (XMatrixHeader.parse(value)) {
                case XMatrixHeader.Parsed.Header(XMatrixHeader header) -> headers.add(header);
                case XMatrixHeader.Parsed.Malformed(String reason) -> {
                    return unauthorized("The X-Matrix header is malformed: " + reason);
                }
                case XMatrixHeader.Parsed.OtherScheme() -> {}
            }
        }
        if (headers.isEmpty() || headers.size() > HEADERS_MAX) {
            return unauthorized("The request needs an X-Matrix signature.");
        }
        return check(request, headers);
    }

    private Origin check(Request request, List<XMatrixHeader> headers) {
        ServerName origin = headers.getFirst().origin();
        for (XMatrixHeader header : headers) {
            if (!header.origin().equals(origin)) {
                return unauthorized("The X-Matrix headers name several origins.");
            }
            if (header.destination().isPresent()
                    && !header.destination().get().equals(ourselves.text())) {
                return unauthorized("The request is for another server.");
            }
        }
        if (origin.equals(ourselves)) {
            return unauthorized("The request claims to be our own.");
        }
        Optional<byte[]> content = Optional.empty();
        if (request.body().length > 0) {
            var limits = JsonLimits.federationBody(FederationRoute.BODY_MAX_BYTES);
            switch (JsonParser.parse(request.body(), limits)) {
                case JsonResult.Parsed(var value) ->
                    content = Optional.of(CanonicalJson.write(value));
                case JsonResult.Malformed(var problem, var where) -> {
                    return new Origin.Refused(Problem.of(
                            ErrorCode.NOT_JSON, "The body is not JSON: " + problem + ", " + where));
                }
            }
        }
        return verify(request, headers, content);
    }

    private Origin verify(Request request, List<XMatrixHeader> headers, Optional<byte[]> content) {
        long now = time.millis();
        String reason = "its key is not known";
        for (XMatrixHeader header : headers) {
            if (!header.key().isEd25519()) {
                continue;
            }
            Optional<VerifyKey> key = keys.key(header.origin(), header.key(), now);
            if (key.isEmpty()) {
                continue;
            }
            if (!key.get().coversInstant(now)) {
                reason = "its key is no longer valid";
                continue;
            }
            byte[] signed = SignedRequest.signedBytes(
                    request.method().name(),
                    request.target(),
                    header.origin(),
                    header.destination(),
                    content);
            if (isGood(key.get(), signed, header.signature())) {
                heard.accept(header.origin());
                return new Origin.Verified(header.origin());
            }
            reason = "the signature is wrong";
        }
        return unauthorized("The request is not proven to be of "
                + headers.getFirst().origin() + ": " + reason);
    }

    private static boolean isGood(VerifyKey key, byte[] message, String signature) {
        return Base64Text.decode(signature)
                .map(bytes -> Ed25519Verifier.verify(key.bytes(), message, bytes))
                .orElse(false);
    }

    private static Origin unauthorized(String message) {
        return new Origin.Refused(Problem.of(ErrorCode.UNAUTHORIZED, message));
    }
}
