package im.holm.engine;

import im.holm.journal.Vector;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What this server serves of its rooms to other servers. Each answer is for one server: a room
/// that it is not in, an event of another room and an event that it may not see are all *absent*,
/// and an event that it may know of but not read (history visibility for servers) comes redacted.
public interface RoomArchive {

    /// Whether `server` has a joined user in the room and the room's ACL lets it in.
    boolean admits(ServerName server, RoomId room);

    Optional<VerifiedPdu> event(ServerName reader, EventId eventId);

    /// State before an event, with its auth chain.
    Optional<StateAt> stateAt(ServerName reader, RoomId room, EventId eventId);

    Optional<List<VerifiedPdu>> authChain(ServerName reader, RoomId room, EventId eventId);

    /// Events between, oldest first; passes through rejected events without showing them.
    ///
    /// @param limit at most [#EVENTS_MAX]
    Optional<List<VerifiedPdu>> missingEvents(
            ServerName reader,
            RoomId room,
            Set<EventId> earliest,
            Set<EventId> latest,
            int limit,
            long minDepth);

    /// These events and what comes before them, newest first.
    Optional<List<VerifiedPdu>> backfill(
            ServerName reader, RoomId room, Set<EventId> from, int limit);

    /// Servers that an event of ours goes to: those with a joined member in the state after it,
    /// and the target's server of an invite, without ourselves.
    Set<ServerName> destinations(long roomNid, int ev);

    /// The bytes of an event by its number, as sent to other servers.
    Optional<VerifiedPdu> event(long roomNid, int ev);

    /// Of each room that a server is in: the newest live event of our users after `since`, if
    /// it is among the newest [#NEWEST_LOOKED_AT]. What somebody is told first who has missed
    /// more than the journal still holds.
    List<Newest> newestOurs(ServerName server, Vector since);

    record Newest(long roomNid, int ev, long position) {}

    record StateAt(List<VerifiedPdu> state, List<VerifiedPdu> authChain) {}

    int EVENTS_MAX = 100;

    int NEWEST_LOOKED_AT = 64;

    /// Rooms that [#newestOurs] looks at, at most; the newest.
    int NEWEST_ROOMS_MAX = 200_000;
}
