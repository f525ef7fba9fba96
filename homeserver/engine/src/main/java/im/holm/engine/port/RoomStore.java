package im.holm.engine.port;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.GapReason;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.SnapshotRow;
import im.holm.journal.UnitWriter;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Rooms on disk. Reads see what is committed at the time of the call; nothing here caches.
///
/// Every list is bounded by what its parameters say, or by the size of one room's state.
public interface RoomStore {

    /// Writes appends inside the journal's commit; one instance. It refuses with an
    /// [AppendRefusal].
    UnitWriter<RoomAppend> appends();

    /// A number for a room that is about to be created.
    long newRoomNid();

    Optional<StoredRoom> room(RoomId roomId);

    Optional<StoredRoom> room(long roomNid);

    /// Rows in the order of the numbers; unknown numbers are left out.
    List<EventRow> events(long roomNid, int[] evs);

    /// Rows by event id, unknown ids left out.
    Map<EventId, EventRow> events(long roomNid, Collection<EventId> eventIds);

    /// In which room an event is, if this server has it.
    Optional<Located> locate(EventId eventId);

    /// All state events of a room, outliers and rejected ones too, ascending by number: its
    /// auth graph.
    List<EventRow> stateEvents(long roomNid);

    /// Event numbers of a snapshot, ascending, put together from its deltas.
    int[] snapshot(long roomNid, int snap);

    /// The stored form of a snapshot: what a new delta is built on.
    Optional<SnapshotRow> snapshotRow(long roomNid, int snap);

    /// A snapshot with this digest, 0 if there is none.
    int snapshotByDigest(long roomNid, byte[] digest);

    /// The current state by key, as event numbers.
    Map<StateKey, Integer> currentState(long roomNid);

    /// Timeline rows with `from` excluded, nearest first: descending keys for `backwards`,
    /// ascending else. Only rows that have a timeline key; soft-failed and rejected ones have
    /// none.
    List<EventRow> timeline(long roomNid, long from, boolean backwards, int limit);

    /// The newest live rows whose position is in (`afterPos`, `uptoPos`] of their slot, newest
    /// first.
    List<EventRow> live(long roomNid, long afterPos, long uptoPos, int limit);

    /// Rows that have `eventIds` among their previous events: what comes after them.
    List<EventRow> childrenOf(long roomNid, int[] evs, int limit);

    List<StoredGap> gaps(long roomNid);

    /// Edges to events that we lack: id and the event that has the edge.
    Map<EventId, List<Integer>> missing(long roomNid);

    Map<EventId, Integer> pendingRedactions(long roomNid);

    /// The event that a device already sent with this transaction key.
    Optional<EventId> byTransaction(long roomNid, long deviceNid, byte[] key);

    Optional<StoredMember> member(long roomNid, long userNid);

    /// Members of a room with one of these memberships.
    List<StoredMember> members(long roomNid, Collection<Membership> memberships);

    /// A user's memberships in all rooms, forgotten ones left out.
    List<StoredMember> memberships(long userNid);

    /// The newest stripped state that another server told this user of this room
    /// ([RoomAppend.StrippedState]), as a JSON array; it is kept until it is replaced.
    Optional<byte[]> strippedState(long roomNid, long userNid);

    /// Keeps a PDU until its ancestors came (`inbound_pdu`), in a transaction of its own;
    /// durable when it returns. One that is kept already changes nothing.
    ///
    /// @return whether it is new
    boolean setAside(SetAside pdu);

    /// PDUs that are set aside, of all rooms, oldest first.
    List<SetAside> setAside(int limit);

    /// Forgets one that was taken into its room, or given up.
    void dropSetAside(ServerName origin, EventId eventId);

    /// Servers with at least one joined member, with their number.
    Map<ServerName, Integer> servers(long roomNid);

    /// Numbers of the rooms in which a server has a joined member and whose head's position
    /// lies above `afterPos`, the newest first.
    List<Long> roomsOf(ServerName server, long afterPos, int limit);

    /// Keeps a user's left room out of lists; false if there is no such membership, or it is
    /// not a leave or a ban.
    boolean forget(long roomNid, long userNid);

    /// The first timeline key at or above which everything that arrived live has a position of
    /// at least `pos`; empty if there is no such event.
    OptionalLong timelineFrom(long roomNid, long pos);

    /// What events and memberships of a room refer to that stay when its history below a
    /// timeline key is removed.
    Survivors survivors(long roomNid, long cut);

    /// Removes events below the cut, at most `limit` of them, in a transaction of its own; with
    /// the last of them everything else that was about them. Those that are to be kept lose
    /// their place in the timeline. Nothing is appended to the room meanwhile.
    ///
    /// @return how many were removed: fewer than `limit` if nothing is left to remove
    int purge(long roomNid, Purge purge, int limit);

    /// Removes a room that nobody needs any more, at most `limit` events in a transaction of
    /// its own, with the last of them the room itself and everything in it.
    ///
    /// @return how many events were removed: fewer than `limit` if the room is gone
    int delete(long roomNid, int limit);

    /// @param snapshots states before and after events that stay
    /// @param events auth events, redactions and member events that are referred to
    record Survivors(int[] snapshots, int[] events) {}

    /// @param cut timeline key of the first event that stays
    /// @param keptEvents below the cut, since the state or the auth chain of what stays needs
    /// them
    /// @param keptSnapshots all that stay
    record Purge(long cut, int[] keptEvents, int[] keptSnapshots) {}

    /// @param json as it came
    record SetAside(
            ServerName origin, EventId eventId, long roomNid, long receivedMs, byte[] json) {}

    record StoredRoom(RoomIdentity identity, RoomStatus status, RoomHead head) {}

    record Located(long roomNid, RoomId roomId, int ev) {}

    record StoredGap(int gap, long tlBelow, long tlAbove, GapReason reason, List<EventId> prev) {}

    /// @param pos journal position of the membership's fact, 0 if it had none
    record StoredMember(
            long roomNid,
            UserId user,
            Membership membership,
            int ev,
            long pos,
            boolean forgotten) {}
}
