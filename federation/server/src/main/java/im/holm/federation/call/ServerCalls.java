package im.holm.federation.call;

import im.holm.federation.xmatrix.SignedRequest;
import im.holm.platform.http.Headers;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.signing.Signer;

import java.util.Optional;

/// Makes signed calls.
public final class ServerCalls {
    private static final int MESSAGE_MAX = 300;

    private final Transport transport;
    private final Signer signer;

    public ServerCalls(Transport transport, Signer signer) {
        this.transport = transport;
        this.signer = signer;
    }

    /// Blocks for at most the call's deadline.
    public CallOutcome call(Call call) {
        if (call.to().equals(signer.server())) {
            return new CallOutcome.Failed("that is this server");
        }
        String authorization = SignedRequest.authorization(
                signer, call.to(), call.method(), call.target(), call.canonicalBody());
        return switch (transport.carry(new Transport.Carried(
                call.to(),
                call.method(),
                call.target(),
                Optional.of(authorization),
                call.canonicalBody(),
                call.room(),
                call.deadline(),
                call.answerMaxBytes(),
                call.urgency()))) {
            case Transport.Delivery.Failed(String reason, boolean _) ->
                new CallOutcome.Failed(reason);
            case Transport.Delivery.Answered(int status, Headers _, byte[] body) ->
                read(status, body);
        };
    }

    private static CallOutcome read(int status, byte[] body) {
        Optional<JsonObject> object = JsonParser.parseObject(
                        body, JsonLimits.federationBody(Math.max(1, body.length)))
                .object();
        if (status / 100 == 2) {
            return object.<CallOutcome>map(CallOutcome.Answered::new)
                    .orElseGet(() -> new CallOutcome.Failed("the answer is not a JSON object"));
        }
        if (status / 100 == 3) {
            return new CallOutcome.Failed("the server redirects, which federation does not follow");
        }
        JsonObject error = object.orElse(JsonObject.EMPTY);
        String message = error.string("error").orElse("no reason given");
        return new CallOutcome.Declined(
                status,
                error.string("errcode").orElse(""),
                message.substring(0, Math.min(message.length(), MESSAGE_MAX)),
                error);
    }
}
