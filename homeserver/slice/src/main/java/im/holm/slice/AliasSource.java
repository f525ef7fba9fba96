package im.holm.slice;

import im.holm.protocol.id.RoomAlias;
import im.holm.slice.RemoteUsers.Resolved;

import java.util.Optional;

/// Which rooms the aliases of this server name; the rooms slice fills it.
public interface AliasSource {

    /// The room of one of our aliases, with servers through which it can be joined; empty if
    /// there is no such alias.
    Optional<Resolved> resolve(RoomAlias alias);
}
