package im.holm.slice;

import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;

import java.util.Objects;

/// How an incoming ephemeral data unit is read and applied. The receiver bounds how many come; the
/// handler checks all it reads, and that `origin` may speak for the users it names.
///
/// @param type e.g. `m.typing`
public record EduType(String type, Handler handler) {

    public EduType {
        Objects.requireNonNull(type);
        Objects.requireNonNull(handler);
    }

    /// What became of a unit.
    public enum Outcome {
        /// Applied, or not worth it.
        DONE,
        /// It should have been made durable and could not be: the other server shall send
        /// it again.
        LATER
    }

    public interface Handler {
        Outcome apply(ServerName origin, JsonObject content);
    }
}
