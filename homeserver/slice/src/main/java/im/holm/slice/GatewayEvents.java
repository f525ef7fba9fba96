package im.holm.slice;

import im.holm.journal.Vector;
import im.holm.protocol.json.JsonObject;

import java.util.List;

/// What a gateway connection is told without asking: a feature's events for one user.
public interface GatewayEvents {

    /// Events that one reader gives at once, at most.
    int EVENTS_MAX = 200;

    /// A reader for one connection. It may remember what it has told; it is used by one thread.
    Reader open(Caller caller);

    interface Reader {
        /// What is new after `from` and within `to`. A reader must not read beyond `to`.
        Events read(Cut from, Cut to);
    }

    /// @param events those with a position first to last; within one writer slot they ascend
    /// @param more whether something after the last event with a position was left out: the
    ///     next read starts there
    record Events(List<Event> events, boolean more) {
        public static final Events NONE = new Events(List.of(), false);

        public Events {
            events = List.copyOf(events);
        }
    }

    /// @param position of the fact that it tells of, so that a client can go on from it;
    ///     [#EPHEMERAL] for what is never told again, such as typing
    /// @param type e.g. `message`
    record Event(long position, String type, JsonObject data) {
        public static final long EPHEMERAL = 0;
    }

    /// @param ephemeral sequence number of [Ephemeral], valid within one boot
    record Cut(Vector vector, long ephemeral) {}
}
