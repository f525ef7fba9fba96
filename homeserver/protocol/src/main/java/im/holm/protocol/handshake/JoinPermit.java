package im.holm.protocol.handshake;

import im.holm.protocol.id.UserId;

/// Whether a user meets the conditions of a room with restricted joins.
public sealed interface JoinPermit {
    /// The room's join rule does not ask for it, or the user is invited or in the room
    /// already.
    record NotNeeded() implements JoinPermit {}

    /// The user meets a condition, and this user of ours may let them in.
    record By(UserId authoriser) implements JoinPermit {}

    /// The user meets a condition, but nobody here may let them in: another server must be
    /// asked (`M_UNABLE_TO_GRANT_JOIN`).
    record UnableToGrant(String reason) implements JoinPermit {}

    /// We cannot tell whether the user meets a condition (`M_UNABLE_TO_AUTHORISE_JOIN`).
    record UnableToAuthorise(String reason) implements JoinPermit {}

    /// The user meets no condition (`M_FORBIDDEN`).
    record Forbidden(String reason) implements JoinPermit {}
}
