package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.protocol.json.JsonObject;

import java.util.Objects;
import java.util.Optional;

/// A stored event as readers use it.
///
/// @param row as stored
/// @param content parsed once and shared; empty object if the stored content is not an object
/// @param redactedBecause the redaction event, if it was redacted
public record StoredEvent(EventRow row, JsonObject content, Optional<EventRow> redactedBecause) {

    public StoredEvent {
        Objects.requireNonNull(row);
        Objects.requireNonNull(content);
        Objects.requireNonNull(redactedBecause);
    }
}
