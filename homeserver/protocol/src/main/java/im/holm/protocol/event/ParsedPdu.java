package im.holm.protocol.event;

import java.util.Optional;

/// What became of bytes that should be an event.
public sealed interface ParsedPdu {
    record WellFormed(Pdu pdu) implements ParsedPdu {}

    /// The event is dropped: it has no valid form, so nobody can refer to it.
    ///
    /// @param reason for a person to read
    record Malformed(String reason) implements ParsedPdu {}

    default Optional<Pdu> wellFormed() {
        return this instanceof WellFormed(Pdu pdu) ? Optional.of(pdu) : Optional.empty();
    }
}
