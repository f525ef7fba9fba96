package im.holm.slice;

import im.holm.protocol.id.UserId;

import java.util.Optional;

/// Which local users there are, and how they present themselves; the accounts slice fills it.
public interface UserSource {

    /// Whether this is an active account of this server.
    boolean exists(UserId user);

    /// The profile of a local user; empty if there is no such user.
    Optional<Profile> profile(UserId user);

    /// @param avatarUrl an `mxc:` URI
    record Profile(Optional<String> displayName, Optional<String> avatarUrl) {}
}
