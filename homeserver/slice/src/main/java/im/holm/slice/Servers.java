package im.holm.slice;

import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;

/// Signed requests to other servers, for slices that own both sides of a federation endpoint; the
/// federation slice fills it. Each blocks for at most 10 s, and at once while the server is known
/// to be down.
public interface Servers {

    /// @param path with its query, from the root
    Answer get(ServerName server, String path);

    Answer post(ServerName server, String path, JsonObject body);

    sealed interface Answer {
        /// As untrusted as the server that gave it.
        record Answered(JsonObject body) implements Answer {}

        record Failed(String reason) implements Answer {}
    }
}
