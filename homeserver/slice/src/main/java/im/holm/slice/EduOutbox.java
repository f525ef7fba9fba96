package im.holm.slice;

import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Set;

/// Sends ephemeral data units to other servers; the federation slice fills it.
public interface EduOutbox {

    /// Sends soon, coalesced, from memory: lost if this server or the other stops. A later unit
    /// with the same `coalesceKey` to the same server replaces one that has not left yet.
    void send(String type, JsonObject content, String coalesceKey, Set<ServerName> destinations);

    /// Keeps units until each destination has taken them: durable when it returns. A server
    /// gets its units in the order in which they were kept, at least once.
    void keep(List<Kept> units);

    record Kept(String type, JsonObject content, Set<ServerName> destinations) {

        public Kept {
            destinations = Set.copyOf(destinations);
        }
    }
}
