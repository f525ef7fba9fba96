package im.holm.slice;

import im.holm.journal.Vector;
import im.holm.protocol.json.JsonObject;
import java.util.List;

/// What a gateway connection is told without asking: a feature's events for one user between two cuts, and its ephemeral
/// ones between two ephemeral sequence numbers.
public interface GatewayEvents {

    /// Events `{"type": ..., "data": {...}}`, in order, at most [#EVENTS_MAX]; with more the connection is told to reload.
    Events read(Caller caller, Cut from, Cut to);

    /// @param more whether something was left out
    record Events(List<JsonObject> events, boolean more) {}

    /// @param ephemeral sequence number of [Ephemeral], valid within one boot
    record Cut(Vector vector, long ephemeral) {}

    int EVENTS_MAX = 200;
}
