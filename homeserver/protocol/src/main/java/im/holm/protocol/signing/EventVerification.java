package im.holm.protocol.signing;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.version.RoomVersion;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Checks signatures and content hash of a received event (server-server API, "Validating
/// hashes and signatures on received events").
public final class EventVerification {
    /// More signatures of one server than this are not looked at: each may cost a look-up of a
    /// key.
    private static final int SIGNATURES_MAX = 10;

    private EventVerification() {}

    public static SignatureCheck verify(Pdu pdu, KeyRing keys) {
        byte[] signedBytes = JsonSigning.signedBytes(Redaction.redact(pdu.version(), pdu.json()));
        for (ServerName server : requiredSigners(pdu)) {
            Optional<SignatureCheck> failure = failureOf(server, pdu, signedBytes, keys);
            if (failure.isPresent()) {
                return failure.get();
            }
        }
        if (ContentHash.matches(pdu.json())) {
            return new SignatureCheck.Verified(new VerifiedPdu(pdu), false);
        }
        return new SignatureCheck.Verified(new VerifiedPdu(PduParser.redacted(pdu)), true);
    }

    /// The servers that must have signed: the sender's, unless the event turns a third-party
    /// invite into an invite; the one that authorised a restricted join; and the one in the
    /// event's id where senders choose ids.
    public static Set<ServerName> requiredSigners(Pdu pdu) {
        RoomVersion version = pdu.version();
        Set<ServerName> servers = new LinkedHashSet<>();
        if (!isThirdPartyInvite(pdu)) {
            servers.add(pdu.sender().server());
        }
        if (version.hasChosenEventIds()) {
            pdu.eventId().server().ifPresent(servers::add);
        }
        if (version.restrictedJoins() && pdu.type().equals(EventTypes.MEMBER)) {
            pdu.content()
                    .string("join_authorised_via_users_server")
                    .flatMap(UserId::parse)
                    .ifPresent(user -> servers.add(user.server()));
        }
        return servers;
    }

    private static boolean isThirdPartyInvite(Pdu pdu) {
        return pdu.membership().filter("invite"::equals).isPresent()
                && pdu.content().has("third_party_invite");
    }

    /// Every signature by a known key that was valid then must be good, and there must be one;
    /// signatures by unknown or expired keys are skipped.
    private static Optional<SignatureCheck> failureOf(
            ServerName server, Pdu pdu, byte[] signedBytes, KeyRing keys) {
        JsonObject signatures = pdu.json()
                .object("signatures")
                .flatMap(all -> all.object(server.text()))
                .orElse(JsonObject.EMPTY);
        boolean signed = false;
        boolean expired = false;
        KeyId unknown = null;
        for (int i = 0; i < Math.min(signatures.size(), SIGNATURES_MAX); i++) {
            Optional<KeyId> keyId = KeyId.parse(signatures.keyAt(i)).filter(KeyId::isEd25519);
            if (keyId.isEmpty() || !(signatures.valueAt(i) instanceof JsonString(String text))) {
                continue;
            }
            Optional<VerifyKey> key = keys.key(server, keyId.get(), pdu.originServerTs());
            if (key.isEmpty()) {
                unknown = unknown == null ? keyId.get() : unknown;
            } else if (pdu.version().keyValidity()
                    && !key.get().coversInstant(pdu.originServerTs())) {
                expired = true;
            } else if (isGood(key.get(), signedBytes, text)) {
                signed = true;
            } else {
                return bad("the signature of " + server + " by " + keyId.get() + " is wrong");
            }
        }
        if (signed) {
            return Optional.empty();
        }
        if (unknown != null) {
            return Optional.of(new SignatureCheck.KeyUnavailable(server, unknown));
        }
        return bad(
                expired
                        ? "the key of " + server + " was not valid then"
                        : "not signed by " + server);
    }

    private static boolean isGood(VerifyKey key, byte[] message, String signature) {
        return Base64Text.decode(signature)
                .map(bytes -> Ed25519Verifier.verify(key.bytes(), message, bytes))
                .orElse(false);
    }

    private static Optional<SignatureCheck> bad(String reason) {
        return Optional.of(new SignatureCheck.BadSignature(reason));
    }
}
