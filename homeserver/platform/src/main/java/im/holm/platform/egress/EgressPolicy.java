package im.holm.platform.egress;

import im.holm.protocol.id.RoomId;

import java.util.Optional;

/// Decides what may leave. Residency fills this port; without it everything may.
@FunctionalInterface
public interface EgressPolicy {
    EgressPolicy ALLOW_ALL = (_, _, _) -> new Verdict.Permitted();

    /// @param destination the server or host that the request is for, as the caller names it
    /// @param room the room whose data the request carries, when it carries one room's
    Verdict permit(String destination, EgressClass egressClass, Optional<RoomId> room);

    sealed interface Verdict {
        record Permitted() implements Verdict {}

        record Forbidden(String reason) implements Verdict {}
    }
}
