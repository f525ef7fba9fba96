package im.holm.engine;

import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who is in which room, as committed. Answered from memory for hot rooms and online users.
public interface Memberships {

    Optional<StoredMember> of(long roomNid, UserId user);

    /// A user's memberships in all rooms; forgotten ones left out.
    List<StoredMember> ofUser(UserId user);

    List<StoredMember> inRoom(long roomNid, Set<Membership> memberships);

    /// Numbers of the local users who are joined: whom an event of the room concerns.
    long[] localJoined(long roomNid);

    Set<ServerName> servers(long roomNid);

    boolean shareARoom(UserId one, UserId other);

    /// Keeps a left room out of the user's lists; false if the user is still in it or never
    /// was.
    boolean forget(long roomNid, UserId user);
}
