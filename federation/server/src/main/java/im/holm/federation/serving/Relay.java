package im.holm.federation.serving;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;

/// Events of other servers that we have to pass on to the rest of the room, since they came into it
/// through us: completed joins, leaves and knocks.
public interface Relay {
    /// Before the event is accepted; durable when it returns.
    void expect(EventId event, ServerName origin);

    /// It was not accepted from this server. What another server handed in stays expected.
    void withdraw(EventId event, ServerName origin);
}
