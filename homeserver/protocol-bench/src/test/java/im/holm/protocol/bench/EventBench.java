package im.holm.protocol.bench;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.ReferenceHash;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
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

    /// The auth events' list, then the rules against the state of the auth events, the state
    /// before the event and the current state, which soft failure asks for.
    @Benchmark
    public AuthVerdict authorize() {
        return authorize(message.pdu);
    }

    /// All of a receipt: bytes to an event, signature, content hash, authorisation.
    @Benchmark
    public AuthVerdict receive() {
        Pdu parsed =
                PduParser.parse(message.version, message.bytes).wellFormed().orElseThrow();
        return switch (EventVerification.verify(parsed, message.keys)) {
            case SignatureCheck.Verified(var verified, boolean redacted) ->
                authorize(verified.pdu());
            case SignatureCheck.BadSignature(String reason) -> throw new AssertionError(reason);
            case SignatureCheck.KeyUnavailable unavailable ->
                throw new AssertionError(unavailable.toString());
        };
    }

    private AuthVerdict authorize(Pdu event) {
        AuthVerdict verdict = AuthEventList.check(event, message.authEvents);
        for (int check = 0; check < 3 && verdict.isAllowed(); check++) {
            verdict = AuthRules.check(event, message.state);
        }
        if (!verdict.isAllowed()) {
            throw new AssertionError(verdict.toString());
        }
        return verdict;
    }
}
