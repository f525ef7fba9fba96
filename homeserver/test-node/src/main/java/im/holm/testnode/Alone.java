package im.holm.testnode;

import im.holm.engine.port.RemoteMembership;
import im.holm.engine.port.RemoteRooms;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The other servers of a node without federation: none can be reached.
class Alone implements RemoteRooms, RemoteMembership {

    private static final String REASON = "this node has no federation";

    @Override
    public Fetch<Optional<VerifiedPdu>> event(
            ServerName from, RoomId room, RoomVersion version, EventId eventId) {
        return new Fetch.Failed<>(REASON);
    }

    @Override
    public Fetch<List<VerifiedPdu>> missingEvents(
            ServerName from,
            RoomId room,
            RoomVersion version,
            Set<EventId> earliest,
            Set<EventId> latest,
            int limit) {
        return new Fetch.Failed<>(REASON);
    }

    @Override
    public Fetch<StateIds> stateIds(ServerName from, RoomId room, EventId at) {
        return new Fetch.Failed<>(REASON);
    }

    @Override
    public Fetch<State> state(ServerName from, RoomId room, RoomVersion version, EventId at) {
        return new Fetch.Failed<>(REASON);
    }

    @Override
    public Fetch<List<VerifiedPdu>> backfill(
            ServerName from, RoomId room, RoomVersion version, Set<EventId> at, int limit) {
        return new Fetch.Failed<>(REASON);
    }

    @Override
    public Fetch<List<VerifiedPdu>> eventAuth(
            ServerName from, RoomId room, RoomVersion version, EventId eventId) {
        return new Fetch.Failed<>(REASON);
    }

    @Override
    public Verification verify(Pdu pdu) {
        return new Verification.KeyUnavailable(REASON);
    }

    @Override
    public Answer<Joined> join(UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return unreachable();
    }

    @Override
    public Answer<Knocked> knock(
            UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return unreachable();
    }

    @Override
    public Answer<VerifiedPdu> leave(
            UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return unreachable();
    }

    @Override
    public Answer<VerifiedPdu> invite(
            ServerName target,
            VerifiedPdu invite,
            List<VerifiedPdu> roomState,
            List<ServerName> via) {
        return unreachable();
    }

    private static <T> Answer<T> unreachable() {
        return new Answer.Failed<>(Problem.of(ErrorCode.NOT_FOUND, REASON));
    }
}
