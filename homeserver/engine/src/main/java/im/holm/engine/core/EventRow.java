package im.holm.engine.core;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// One event as it is stored.
///
/// @param ev its number in the room: the order in which this server learned of it, from 1
/// @param flags [EventFlags]
/// @param tl its timeline key, [#NO_TL] if it has no place in the timeline
/// @param pos its journal position, 0 if it never was live. In an append it is 0: the commit gives
/// it
/// @param fact index of the event's fact in the append, [#NO_FACT] if it has none; always that when
/// read
/// @param prev numbers of the known previous events
/// @param auth numbers of the auth events
/// @param snapBefore state before the event, 0 if unknown (outliers)
/// @param snapAfter state after it
/// @param roomSnap the room's resolved state once it had been applied; 0 unless live
/// @param relation what it relates to, if to an event of this room that is known
/// @param txn who sent it with which transaction id, if a local device did
/// @param redactedBy number of the redaction, 0 if none
/// @param json the canonical bytes, pruned if redacted
public record EventRow(
        int ev,
        EventId eventId,
        int flags,
        long tl,
        long pos,
        int fact,
        String type,
        Optional<String> stateKey,
        UserId sender,
        long depth,
        long originTs,
        int[] prev,
        int[] auth,
        int snapBefore,
        int snapAfter,
        int roomSnap,
        Optional<Relation> relation,
        Optional<TxnKey> txn,
        int redactedBy,
        byte[] json) {

    public static final long NO_TL = Long.MIN_VALUE;
    public static final int NO_FACT = -1;

    public EventRow {
        Objects.requireNonNull(eventId);
        Objects.requireNonNull(type);
        Objects.requireNonNull(stateKey);
        Objects.requireNonNull(sender);
        Objects.requireNonNull(relation);
        Objects.requireNonNull(txn);
        Objects.requireNonNull(json);
    }

    public boolean has(int flag) {
        return EventFlags.has(flags, flag);
    }

    /// `m.relates_to` with a target in this room.
    ///
    /// @param type 1 annotation, 2 replace, 3 thread, 4 reference, 5 reply only
    public record Relation(short type, int ev) {}

    /// Whether state before and after it is known: everything but an outlier.
    public boolean hasPlace() {
        return !has(EventFlags.OUTLIER);
    }

    EventRow withFlags(int changed) {
        return with(draft -> draft.flags = changed);
    }

    EventRow withPrev(int[] changed) {
        return with(draft -> draft.prev = changed);
    }

    /// Shown at last: a redaction that was held back until its target came.
    EventRow shown(long atTl, int asFact, int atRoomSnap) {
        return with(draft -> {
            draft.flags = flags & ~EventFlags.HIDDEN;
            draft.tl = atTl;
            draft.fact = asFact;
            draft.roomSnap = atRoomSnap;
        });
    }

    EventRow redacted(int by, byte[] pruned) {
        return with(draft -> {
            draft.flags = flags | EventFlags.REDACTED;
            draft.redactedBy = by;
            draft.json = pruned;
        });
    }

    /// With the position that the commit gave; [#NO_FACT] again.
    public EventRow committed(long[] positions) {
        long at = fact == NO_FACT ? pos : positions[fact];
        return with(draft -> {
            draft.pos = at;
            draft.fact = NO_FACT;
        });
    }

    /// With this position.
    public EventRow at(long position) {
        return with(draft -> {
            draft.pos = position;
            draft.fact = NO_FACT;
        });
    }

    /// Without its place in the timeline: history was removed there, and it stayed for the sake
    /// of the state.
    public EventRow outOfTimeline() {
        return with(draft -> draft.tl = NO_TL);
    }

    /// Once its append is made: the index means nothing in the next one.
    EventRow withoutFact() {
        return fact == NO_FACT ? this : at(pos);
    }

    /// With the state after it, and the room's.
    EventRow withSnapshots(int after, int room) {
        return with(draft -> {
            draft.snapAfter = after;
            draft.roomSnap = room;
        });
    }

    /// With other flags and states.
    EventRow withStates(int changed, int before, int after) {
        return with(draft -> {
            draft.flags = changed;
            draft.snapBefore = before;
            draft.snapAfter = after;
        });
    }

    private EventRow with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /// A row while some of its columns change.
    private static final class Draft {
        private int ev;
        private EventId eventId;
        private int flags;
        private long tl;
        private long pos;
        private int fact;
        private String type;
        private Optional<String> stateKey;
        private UserId sender;
        private long depth;
        private long originTs;
        private int[] prev;
        private int[] auth;
        private int snapBefore;
        private int snapAfter;
        private int roomSnap;
        private Optional<Relation> relation;
        private Optional<TxnKey> txn;
        private int redactedBy;
        private byte[] json;

        private Draft(EventRow from) {
            ev = from.ev;
            eventId = from.eventId;
            flags = from.flags;
            tl = from.tl;
            pos = from.pos;
            fact = from.fact;
            type = from.type;
            stateKey = from.stateKey;
            sender = from.sender;
            depth = from.depth;
            originTs = from.originTs;
            prev = from.prev;
            auth = from.auth;
            snapBefore = from.snapBefore;
            snapAfter = from.snapAfter;
            roomSnap = from.roomSnap;
            relation = from.relation;
            txn = from.txn;
            redactedBy = from.redactedBy;
            json = from.json;
        }

        private EventRow done() {
            return new EventRow(
                    ev,
                    eventId,
                    flags,
                    tl,
                    pos,
                    fact,
                    type,
                    stateKey,
                    sender,
                    depth,
                    originTs,
                    prev,
                    auth,
                    snapBefore,
                    snapAfter,
                    roomSnap,
                    relation,
                    txn,
                    redactedBy,
                    json);
        }
    }
}
