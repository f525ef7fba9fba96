package im.holm.protocol.signing;

import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;

/// What the signatures and the content hash of an event say.
public sealed interface SignatureCheck {
    /// @param redactedBecauseHashMismatch the content was not what the hash says, so this is
    ///     the redacted form
    record Verified(VerifiedPdu event, boolean redactedBecauseHashMismatch)
            implements SignatureCheck {}

    /// The event is dropped.
    ///
    /// @param reason for a person to read
    record BadSignature(String reason) implements SignatureCheck {}

    /// Nobody gave us a key that a required server signed with; the event may be tried again
    /// later.
    record KeyUnavailable(ServerName server, KeyId keyId) implements SignatureCheck {}
}
