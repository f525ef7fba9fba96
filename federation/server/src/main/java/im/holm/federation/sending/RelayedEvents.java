package im.holm.federation.sending;

import im.holm.federation.serving.Relay;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Joins, leaves and knocks of other servers' users that came in through us: "the resident server
/// must also send the event to other servers participating in the room". Noted before they are
/// accepted, so that a crash in between loses nothing.
public final class RelayedEvents implements Relay {
    /// How long after it came an event may have to be sent still.
    static final Duration RETENTION = Duration.ofDays(7);

    /// Events known at most; the oldest are forgotten.
    static final int EVENTS_MAX = 20_000;

    private final SenderTable table;
    private Map<EventId, ServerName> origins;

    public RelayedEvents(SenderTable table) {
        this.table = table;
    }

    @Override
    public void expect(EventId event, ServerName origin) {
        table.relay(event, origin);
        synchronized (this) {
            known().putIfAbsent(event, origin);
        }
    }

    @Override
    public void withdraw(EventId event, ServerName origin) {
        synchronized (this) {
            known().remove(event, origin);
        }
        table.withdraw(event, origin);
    }

    synchronized Optional<ServerName> originOf(EventId event) {
        return Optional.ofNullable(known().get(event));
    }

    private Map<EventId, ServerName> known() {
        if (origins == null) {
            Map<EventId, ServerName> bounded = new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<EventId, ServerName> eldest) {
                    return size() > EVENTS_MAX;
                }
            };
            bounded.putAll(table.relayed(EVENTS_MAX));
            origins = bounded;
        }
        return origins;
    }
}
