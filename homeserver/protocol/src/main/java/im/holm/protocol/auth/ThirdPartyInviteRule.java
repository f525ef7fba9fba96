package im.holm.protocol.auth;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.signing.Ed25519Verifier;
import im.holm.protocol.signing.JsonSigning;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rule 5.4.1 (11: 4.4.1): an invite that was made for an e-mail address or the like and is
/// now turned into one for the user who proved to own it.
final class ThirdPartyInviteRule {
    /// NOTSPEC: an event can hold some 700 signatures and its invite 1,000 keys, and 700,000
    /// checks take a minute. Real ones hold three.
    private static final int CHECKS_MAX = 1_000;

    private ThirdPartyInviteRule() {}

    static AuthVerdict check(AuthCase c) {
        // 5.4.1.1
        if (c.membershipOf(c.target()).equals("ban")) {
            return SpecRule.THIRD_PARTY_BANNED.denies(c.target() + " is banned");
        }
        Optional<JsonObject> signed = c.event()
                .content()
                .object("third_party_invite")
                .flatMap(invite -> invite.object("signed"));
        // 5.4.1.2
        if (signed.isEmpty()) {
            return SpecRule.THIRD_PARTY_UNSIGNED.denies("nothing is signed");
        }
        Optional<String> user = signed.get().string("mxid");
        Optional<String> token = signed.get().string("token");
        // 5.4.1.3
        if (user.isEmpty() || token.isEmpty()) {
            return SpecRule.THIRD_PARTY_MALFORMED.denies("no user or no token is signed");
        }
        // 5.4.1.4
        if (!user.get().equals(c.target())) {
            return SpecRule.THIRD_PARTY_OTHER_USER.denies("another user is signed");
        }
        Optional<Pdu> invite =
                c.state().get(new StateKey(EventTypes.THIRD_PARTY_INVITE, token.get()));
        // 5.4.1.5
        if (invite.isEmpty()) {
            return SpecRule.THIRD_PARTY_UNKNOWN.denies("there is no such invite");
        }
        // 5.4.1.6
        if (!invite.get().sender().equals(c.event().sender())) {
            return SpecRule.THIRD_PARTY_OTHER_SENDER.denies("the invite is another user's");
        }
        // 5.4.1.7
        if (isSignedByAny(signed.get(), publicKeys(invite.get().content()))) {
            return SpecRule.THIRD_PARTY_SIGNED.allows();
        }
        // 5.4.1.8
        return SpecRule.THIRD_PARTY_OTHERWISE.denies("no key of the invite has signed");
    }

    private static List<byte[]> publicKeys(JsonObject content) {
        List<byte[]> keys = new ArrayList<>();
        content.string("public_key").flatMap(Base64Text::decode).ifPresent(keys::add);
        content.array("public_keys").ifPresent(array -> {
            for (JsonValue value : array) {
                if (value instanceof JsonObject key) {
                    key.string("public_key").flatMap(Base64Text::decode).ifPresent(keys::add);
                }
            }
        });
        return keys;
    }

    private static boolean isSignedByAny(JsonObject signed, List<byte[]> keys) {
        byte[] message = JsonSigning.signedBytes(signed);
        int checks = 0;
        for (byte[] signature : signatures(signed)) {
            for (byte[] key : keys) {
                if (++checks > CHECKS_MAX) {
                    return false;
                }
                if (Ed25519Verifier.verify(key, message, signature)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<byte[]> signatures(JsonObject signed) {
        List<byte[]> signatures = new ArrayList<>();
        signed.object("signatures").orElse(JsonObject.EMPTY).forEach((server, byKey) -> {
            if (byKey instanceof JsonObject ofServer) {
                ofServer.forEach((keyId, value) -> {
                    if (keyId.startsWith("ed25519:") && value instanceof JsonString(String text)) {
                        Base64Text.decode(text).ifPresent(signatures::add);
                    }
                });
            }
        });
        return signatures;
    }
}
