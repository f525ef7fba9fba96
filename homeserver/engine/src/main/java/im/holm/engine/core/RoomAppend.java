package im.holm.engine.core;

import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Everything that one commit changes about one room. It is applied whole, if the stored head still
/// has version `base`, or not at all.
///
/// @param newRoom the room's row if this creates it
/// @param status the new status if it changes
/// @param base the head version that it was decided on, 0 for a new room
/// @param head the head after it; its `lastPos` is given by the commit
/// @param events new rows, ascending by number
/// @param updates rows that were there before and change
/// @param snapshots new snapshots, ascending by number
/// @param state entries of the current state that change; an empty number removes
/// @param members memberships that change, local and remote
/// @param missing edges to events that we lack, new and satisfied
/// @param gaps holes in the timeline that appear, shrink or are closed
/// @param servers how many joined members each server now has, 0 removes; only what changes
/// @param facts in the order in which they get their positions
/// @param stripped what another server told of a room that this server is not in, for the user it
/// concerns; replaces what
///     was kept for that user in this room
public record RoomAppend(
        RoomIdentity room,
        boolean newRoom,
        Optional<RoomStatus> status,
        long base,
        RoomHead head,
        List<EventRow> events,
        List<EventUpdate> updates,
        List<SnapshotRow> snapshots,
        List<StateChange> state,
        List<MemberChange> members,
        List<MissingChange> missing,
        List<GapChange> gaps,
        List<ServerCount> servers,
        List<PendingRedaction> pendingRedactions,
        List<RoomFact> facts,
        Optional<StrippedState> stripped) {

    public RoomAppend {
        Objects.requireNonNull(room);
        Objects.requireNonNull(status);
        Objects.requireNonNull(head);
        events = List.copyOf(events);
        updates = List.copyOf(updates);
        snapshots = List.copyOf(snapshots);
        state = List.copyOf(state);
        members = List.copyOf(members);
        missing = List.copyOf(missing);
        gaps = List.copyOf(gaps);
        servers = List.copyOf(servers);
        pendingRedactions = List.copyOf(pendingRedactions);
        facts = List.copyOf(facts);
        Objects.requireNonNull(stripped);
    }

    /// A row that changes in place: an outlier that takes its place in the DAG, a redaction, a
    /// repaired state. All columns that may change are given, changed or not; but `pos` is
    /// given by the commit if the row has a fact, and else stays as it is stored.
    ///
    /// @param keepOriginal the bytes before a redaction, to be kept aside for a while
    public record EventUpdate(EventRow row, Optional<byte[]> keepOriginal) {}

    /// @param ev number of the event that now holds the key, 0 if none does
    public record StateChange(StateKey key, int ev) {}

    /// @param ev number of the member event
    /// @param fact index of the fact that tells of it, [EventRow#NO_FACT] if none does
    public record MemberChange(UserId user, Membership membership, int ev, int fact) {}

    /// @param child number of the event that has the edge
    /// @param satisfied true removes the row
    public record MissingChange(EventId eventId, int child, boolean satisfied) {}

    /// A hole between two places of the timeline.
    ///
    /// @param gap its number in the room, from 1
    /// @param prev ids just above which it lies: where a backfill asks; empty closes the gap
    public record GapChange(
            int gap, long tlBelow, long tlAbove, GapReason reason, List<EventId> prev) {

        public GapChange {
            Objects.requireNonNull(reason);
            prev = List.copyOf(prev);
        }

        public boolean closed() {
            return prev.isEmpty();
        }
    }

    public record ServerCount(ServerName server, int members) {}

    /// A redaction whose target is not known yet.
    ///
    /// @param redaction number of the redaction event
    /// @param settled true removes the row
    public record PendingRedaction(EventId target, int redaction, boolean settled) {}

    /// @param json a canonical JSON array of stripped state events
    public record StrippedState(UserId user, byte[] json) {}
}
