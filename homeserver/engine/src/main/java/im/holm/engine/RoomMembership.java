package im.holm.engine;

import im.holm.engine.core.Membership;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Objects;

/// Changing memberships on behalf of local users, here or through another server as the room
/// demands. Blocks until the outcome is durable.
public interface RoomMembership {

    MembershipOutcome change(ChangeMembership command);

    /// @param sender the local user who asks
    /// @param target whose membership changes: the sender for join, knock, leave; else whom it
    /// is done to
    /// @param membership JOIN, KNOCK, LEAVE (also kick, unban, rejecting or withdrawing an
    /// invite), INVITE or BAN
    /// @param content further keys of the member event: displayname, avatar_url, is_direct,
    /// reason
    /// @param via servers to ask if this one is not in the room
    record ChangeMembership(
            UserId sender,
            UserId target,
            RoomId room,
            Membership membership,
            JsonObject content,
            List<ServerName> via) {

        /// Servers tried at most.
        public static final int VIA_MAX = 20;

        public ChangeMembership {
            Objects.requireNonNull(sender);
            Objects.requireNonNull(target);
            Objects.requireNonNull(room);
            Objects.requireNonNull(membership);
            Objects.requireNonNull(content);
            via = List.copyOf(via);
        }
    }

    sealed interface MembershipOutcome {
        /// Durable.
        record Changed(EventId eventId, long position) implements MembershipOutcome {}

        /// It was so already; nothing was sent.
        record Unchanged() implements MembershipOutcome {}

        record Failed(Problem problem) implements MembershipOutcome {}
    }
}
