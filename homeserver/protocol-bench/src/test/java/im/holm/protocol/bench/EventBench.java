package im.holm.protocol.bench;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.ReferenceHash;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.AuthorizedPdu;
import im.holm.protocol.receipt.Receipt;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.version.RoomVersions;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What is done to one event of 1 KB.
@State(Scope.Thread)
public class EventBench {
    private final SignedMessage message = new SignedMessage(RoomVersions.V12);
    private final Signer signer = SketchKeys.signer(message.pdu.sender().server());

    /// Bytes to JSON.
    @Benchmark
    public JsonResult parseJson() {
        return JsonParser.parseObject(message.bytes, JsonLimits.STRICT_EVENT);
    }

    /// Bytes to an event with its fields and its id.
    @Benchmark
    public ParsedPdu parseEvent() {
        return PduParser.parse(message.version, message.bytes);
    }

    @Benchmark
    public byte[] canonicalize() {
        return CanonicalJson.write(message.pdu.json());
    }

    @Benchmark
    public byte[] contentHash() {
        return ContentHash.of(message.pdu.json());
    }

    @Benchmark
    public EventId eventId() {
        return ReferenceHash.eventId(message.version, message.pdu.json());
    }

    /// A draft to a hashed, signed event with its id.
    @Benchmark
    public SignedEvent sign() {
        return EventSigning.sign(message.version, message.draft, signer);
    }

    /// Signature and content hash of a parsed event.
    @Benchmark
    public SignatureCheck verify() {
        return EventVerification.verify(message.pdu, message.keys);
    }

    /// What the rules say: by the auth events, by the state before the event and by the
    /// current state.
    @Benchmark
    public AuthorizedPdu authorize() {
        return authorize(message.verified);
    }

    /// All of a receipt: bytes to an event, signature, content hash, authorisation.
    @Benchmark
    public AuthorizedPdu receive() {
        JsonObject json = JsonParser.parseObject(message.bytes, JsonLimits.LAX_EVENT)
                .object()
                .orElseThrow();
        Pdu event = Receipt.form(message.version, json).wellFormed().orElseThrow();
        return switch (Receipt.signaturesAndHash(event, message.keys)) {
            case SignatureCheck.Verified(var verified, boolean redacted) -> authorize(verified);
            case SignatureCheck.BadSignature(String reason) -> throw new AssertionError(reason);
            case SignatureCheck.KeyUnavailable unavailable ->
                throw new AssertionError(unavailable.toString());
        };
    }

    private AuthorizedPdu authorize(VerifiedPdu event) {
        return switch (Receipt.atPlace(
                event,
                message.authEvents,
                message.state,
                message.state.create().map(Pdu::eventId))) {
            case Receipt.AtPlace.Allowed(var allowed, var findings) -> byNow(allowed);
            case Receipt.AtPlace.Rejected rejected ->
                throw new AssertionError(rejected.failure().reason());
        };
    }

    private AuthorizedPdu byNow(AllowedPdu event) {
        return switch (Receipt.now(event, message.state)) {
            case Receipt.Now.Authorized(var authorized, var finding) -> authorized;
            case Receipt.Now.SoftFailed(var failed, var finding) ->
                throw new AssertionError(finding.reason());
        };
    }
}
