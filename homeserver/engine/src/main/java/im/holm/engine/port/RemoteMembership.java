package im.holm.engine.port;

import im.holm.platform.error.Problem;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.util.List;

/// Changing a local user's membership through another server, and inviting another server's user.
/// Each call blocks for at most 60 s, tries the servers in turn, and signs nothing but the member
/// event that was asked for.
public interface RemoteMembership {

    /// make_join and send_join.
    ///
    /// @param content further keys of the member event: displayname, avatar_url, reason
    Answer<Joined> join(UserId user, RoomId room, List<ServerName> via, JsonObject content);

    /// make_knock and send_knock.
    Answer<Knocked> knock(UserId user, RoomId room, List<ServerName> via, JsonObject content);

    /// make_leave and send_leave: leaving, or rejecting an invite.
    Answer<VerifiedPdu> leave(UserId user, RoomId room, List<ServerName> via, JsonObject content);

    /// `PUT /v2/invite`: has the target's server sign an invite.
    ///
    /// @param roomState PDUs of the room's stripped state, as `invite_room_state`
    Answer<VerifiedPdu> invite(
            ServerName target,
            VerifiedPdu invite,
            List<VerifiedPdu> roomState,
            List<ServerName> via);

    /// @param event our join as the resident server accepted it
    /// @param state the room's state before it, well formed and verified
    /// @param from the server that answered
    record Joined(
            RoomVersion version,
            VerifiedPdu event,
            List<VerifiedPdu> state,
            List<VerifiedPdu> authChain,
            ServerName from) {}

    record Knocked(RoomVersion version, VerifiedPdu event, List<JsonObject> strippedState) {}

    sealed interface Answer<T> {
        record Done<T>(T value) implements Answer<T> {}

        /// A server that can decide said no, or none could be reached: as the client shall
        /// be told.
        record Failed<T>(Problem problem) implements Answer<T> {}
    }
}
