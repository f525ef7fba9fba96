package im.holm.engine.port;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reading a room from another server. Every call blocks for at most 10 s (20 s for state), and
/// gives only events of that room and version that are well formed and whose signatures hold;
/// anything else in the answer is dropped.
public interface RemoteRooms {

    /// One event, `GET /event/{eventId}`.
    Fetch<Optional<VerifiedPdu>> event(
            ServerName from, RoomId room, RoomVersion version, EventId eventId);

    /// `POST /get_missing_events`: what lies between, oldest first, at most `limit`.
    Fetch<List<VerifiedPdu>> missingEvents(
            ServerName from,
            RoomId room,
            RoomVersion version,
            Set<EventId> earliest,
            Set<EventId> latest,
            int limit);

    /// `GET /state_ids` before this event.
    Fetch<StateIds> stateIds(ServerName from, RoomId room, EventId at);

    /// `GET /state` before this event.
    Fetch<State> state(ServerName from, RoomId room, RoomVersion version, EventId at);

    /// `GET /backfill`: these events and what comes before them, at most `limit`.
    Fetch<List<VerifiedPdu>> backfill(
            ServerName from, RoomId room, RoomVersion version, Set<EventId> at, int limit);

    /// `GET /event_auth`: the whole auth chain of an event.
    Fetch<List<VerifiedPdu>> eventAuth(
            ServerName from, RoomId room, RoomVersion version, EventId eventId);

    /// Checks hash and signatures of an event that came some other way, fetching keys where
    /// needed.
    Verification verify(Pdu pdu);

    record StateIds(List<EventId> state, List<EventId> authChain) {}

    record State(List<VerifiedPdu> state, List<VerifiedPdu> authChain) {}

    sealed interface Fetch<T> {
        record Got<T>(T value) implements Fetch<T> {}

        /// The server answered with an error, did not answer in time, or answered with
        /// something unusable.
        record Failed<T>(String reason) implements Fetch<T> {}
    }

    sealed interface Verification {
        record Good(VerifiedPdu pdu) implements Verification {}

        record Bad(String reason) implements Verification {}

        /// A key could not be had now; trying again later may succeed.
        record KeyUnavailable(String reason) implements Verification {}
    }
}
