package im.holm.protocol.receipt;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

import java.util.Optional;

/// A place in the state that an auth rule looked at.
///
/// @param event what was there
public record Consulted(StateKey place, Optional<Pdu> event) {}
