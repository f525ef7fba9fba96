package im.holm.slice;

import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.slice.UserSource.Profile;

import java.util.List;
import java.util.Optional;

/// Questions to other servers that are not about a room's DAG; the federation slice fills it. Each
/// blocks for at most 10 s.
public interface RemoteUsers {

    Optional<Profile> profile(UserId user);

    Optional<Resolved> resolve(RoomAlias alias);

    record Resolved(RoomId room, List<ServerName> servers) {}
}
