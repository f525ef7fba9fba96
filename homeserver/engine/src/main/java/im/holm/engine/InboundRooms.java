package im.holm.engine;

import im.holm.engine.core.Membership;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.util.List;

/// What other servers bring: events, and requests to change a membership in a room of ours.
/// Everything here may be hostile; nothing is taken on trust but the name of the server, which the
/// caller has authenticated.
public interface InboundRooms {

    /// Takes one PDU of a federation transaction. When it returns, the event is durable (in the
    /// room or set aside until its ancestors came), or dropped or rejected for good.
    ReceiveOutcome receive(ServerName origin, JsonObject pdu);

    /// Takes PDUs of one room that came together, in their order: as
    /// [#receive(ServerName, JsonObject)] one by one, with as few commits as may be.
    ///
    /// @return an outcome for each
    default List<ReceiveOutcome> receive(ServerName origin, List<JsonObject> pdus) {
        return pdus.stream().map(pdu -> receive(origin, pdu)).toList();
    }

    /// A member event for the other server to complete and sign: make_join, make_leave,
    /// make_knock.
    ///
    /// @param supported room versions that the other server can take part in
    Answer<Template> make(
            ServerName origin,
            RoomId room,
            UserId user,
            Membership membership,
            List<String> supported);

    /// The completed event: send_join, send_leave, send_knock. Durable when it returns.
    Answer<Accepted> accept(
            ServerName origin, RoomId room, EventId eventId, Membership membership, JsonObject pdu);

    /// An invite for one of our users, signed by us if we take it. Durable when it returns.
    ///
    /// @param strippedState what the inviter tells of the room
    Answer<VerifiedPdu> invite(
            ServerName origin,
            RoomId room,
            RoomVersion version,
            JsonObject invite,
            List<JsonObject> strippedState);

    /// Takes up events that wait for their ancestors: to be called at start and about once a
    /// minute. It asks other servers, so it may take a while.
    ///
    /// @return how many still wait, of those that were looked at
    default int retryWaiting() {
        return 0; // where nothing ever waits
    }

    record Template(RoomVersion version, JsonObject event) {}

    /// @param event as accepted; with our signature where a restricted join needs it
    /// @param state the room's state before it (joins), stripped state else
    record Accepted(
            RoomVersion version,
            VerifiedPdu event,
            List<VerifiedPdu> state,
            List<VerifiedPdu> authChain,
            List<ServerName> serversInRoom) {}

    sealed interface Answer<T> {
        record Done<T>(T value) implements Answer<T> {}

        record Failed<T>(Problem problem) implements Answer<T> {}
    }

    sealed interface ReceiveOutcome {
        record Accepted(EventId eventId) implements ReceiveOutcome {}

        /// Known before; nothing changed.
        record Known(EventId eventId) implements ReceiveOutcome {}

        /// Allowed where it was sent but not by the room's present state: kept, not shown.
        record SoftFailed(EventId eventId, String reason) implements ReceiveOutcome {}

        /// Forbidden by the auth rules at its place: kept so that later events can refer to
        /// it, not shown.
        record Rejected(EventId eventId, String reason) implements ReceiveOutcome {}

        /// Durable but not in the room yet: ancestors are being fetched.
        record Waiting(EventId eventId) implements ReceiveOutcome {}

        /// Not kept: malformed, badly signed, of a room that we are not in, or barred by
        /// the room's ACL.
        record Dropped(String reason) implements ReceiveOutcome {}

        /// Could not be made durable now: the sender shall try again.
        record Unavailable(String reason) implements ReceiveOutcome {}
    }
}
