package im.holm.engine.port;

import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.Optional;

/// This server's numbers for users and servers. Numbers are given once and never change; names in
/// events stay names.
public interface Identities {

    /// The number of this user, given now if it has none. Blocks on the database at first sight
    /// only.
    long userNid(UserId user);

    /// The number of this user if it ever was given one.
    Optional<Long> knownUserNid(UserId user);

    /// @throws IllegalArgumentException if no user has this number
    UserId user(long userNid);

    int serverNid(ServerName server);

    /// @throws IllegalArgumentException if no server has this number
    ServerName server(int serverNid);
}
