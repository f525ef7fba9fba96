package im.holm.engine.testing;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.SnapshotRow;
import im.holm.engine.core.TxnKey;
import im.holm.engine.port.AppendRefusal;
import im.holm.engine.port.RoomStore.StoredGap;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// The rows of one room. It checks what the tables' constraints check, and more: a violation is a
/// bug of whoever made the append.
final class MemoryRoom {

    final RoomIdentity identity;
    RoomStatus status = RoomStatus.JOINED;
    RoomHead head = RoomHead.fresh(0);
    final TreeMap<Integer, EventRow> events = new TreeMap<>();
    final Map<EventId, Integer> byId = new HashMap<>();
    final TreeMap<Long, Integer> timeline = new TreeMap<>();
    final Map<Integer, SnapshotRow> snapshots = new HashMap<>();
    final Map<String, Integer> digests = new HashMap<>();
    final Map<StateKey, Integer> current = new HashMap<>();
    final Map<EventId, List<Integer>> missing = new HashMap<>();
    final Map<Integer, StoredGap> gaps = new TreeMap<>();
    final Map<EventId, Integer> pendingRedactions = new HashMap<>();
    final Map<UserId, StoredMember> members = new HashMap<>();
    final Map<ServerName, Integer> servers = new HashMap<>();
    final Map<UserId, byte[]> stripped = new HashMap<>();
    final Map<String, EventId> transactions = new HashMap<>();

    /// How many events were removed.
    int purged;

    MemoryRoom(RoomIdentity identity) {
        this.identity = identity;
    }

    static String key(TxnKey txn) {
        return key(txn.deviceNid(), txn.key());
    }

    static String key(long deviceNid, byte[] key) {
        return deviceNid + " " + HexFormat.of().formatHex(key);
    }

    /// Why the append cannot be applied, if it cannot.
    Optional<Object> refusal(RoomAppend append) {
        for (EventRow row : append.events()) {
            EventId first = row.txn().map(txn -> transactions.get(key(txn))).orElse(null);
            if (first != null) {
                return Optional.of(new AppendRefusal.DuplicateTransaction(first));
            }
        }
        if (append.base() != head.version()) {
            return Optional.of(new AppendRefusal.HeadMoved());
        }
        return append.events().stream()
                .filter(row -> byId.containsKey(row.eventId()))
                .findFirst()
                .map(row -> new AppendRefusal.DuplicateEvent(row.eventId()));
    }

    void apply(RoomAppend append, long[] positions) {
        append.status().ifPresent(changed -> status = changed);
        append.snapshots().forEach(this::add);
        append.events().forEach(row -> add(row.committed(positions)));
        append.updates().forEach(update -> update(update.row(), positions));
        append.state().forEach(change -> {
            if (change.ev() == 0) {
                current.remove(change.key());
            } else {
                current.put(change.key(), change.ev());
            }
        });
        append.members().forEach(change -> member(change, positions));
        append.missing().forEach(this::missing);
        append.gaps().forEach(gap -> {
            if (gap.closed()) {
                gaps.remove(gap.gap());
            } else {
                gaps.put(
                        gap.gap(),
                        new StoredGap(
                                gap.gap(), gap.tlBelow(), gap.tlAbove(), gap.reason(), gap.prev()));
            }
        });
        append.servers().forEach(count -> {
            if (count.members() == 0) {
                servers.remove(count.server());
            } else {
                servers.put(count.server(), count.members());
            }
        });
        append.pendingRedactions().forEach(pending -> {
            if (pending.settled()) {
                pendingRedactions.remove(pending.target());
            } else {
                pendingRedactions.put(pending.target(), pending.redaction());
            }
        });
        append.stripped().ifPresent(told -> stripped.put(told.user(), told.json()));
        long last = positions.length == 0 ? head.lastPos() : positions[positions.length - 1];
        head = append.head().committed(last);
        check();
    }

    private void add(SnapshotRow row) {
        require(
                row.snap() < Integer.MAX_VALUE && snapshots.put(row.snap(), row) == null,
                "snapshot twice");
        require(
                digests.put(HexFormat.of().formatHex(row.digest()), row.snap()) == null,
                "two snapshots of one state");
        require(
                row.height() == 0
                        || snapshots.get(row.parent()).height()
                                == (row.height() & (row.height() - 1)),
                "the parent's height is wrong");
        require(snapshot(row.snap()).length == row.entries(), "the entries are miscounted");
    }

    private void add(EventRow row) {
        require(events.put(row.ev(), row) == null, "event number " + row.ev() + " twice");
        require(byId.put(row.eventId(), row.ev()) == null, "event twice");
        place(row);
        row.txn().ifPresent(txn -> transactions.put(key(txn), row.eventId()));
    }

    private void update(EventRow row, long[] positions) {
        EventRow before = events.get(row.ev());
        require(before != null && before.eventId().equals(row.eventId()), "update of nothing");
        if (before.tl() != EventRow.NO_TL) {
            timeline.remove(before.tl());
        }
        EventRow after =
                row.fact() == EventRow.NO_FACT ? row.at(before.pos()) : row.committed(positions);
        events.put(row.ev(), after);
        place(after);
    }

    private void place(EventRow row) {
        if (row.tl() != EventRow.NO_TL) {
            require(
                    timeline.put(row.tl(), row.ev()) == null,
                    "timeline key " + row.tl() + " twice");
        }
    }

    private void member(RoomAppend.MemberChange change, long[] positions) {
        long pos = change.fact() == EventRow.NO_FACT ? 0 : positions[change.fact()];
        members.put(
                change.user(),
                new StoredMember(
                        identity.roomNid(),
                        change.user(),
                        change.membership(),
                        change.ev(),
                        pos,
                        false));
    }

    private void missing(RoomAppend.MissingChange change) {
        var children = missing.computeIfAbsent(change.eventId(), id -> new ArrayList<>());
        if (change.satisfied()) {
            children.remove(Integer.valueOf(change.child()));
        } else {
            children.add(change.child());
        }
        if (children.isEmpty()) {
            missing.remove(change.eventId());
        }
    }

    int[] snapshot(int snap) {
        SnapshotRow row = snapshots.get(snap);
        if (row.parent() == 0) {
            return row.added();
        }
        var set = new TreeSet<Integer>();
        for (int ev : snapshot(row.parent())) {
            set.add(ev);
        }
        for (int ev : row.removed()) {
            require(set.remove(ev), "removes what is not there");
        }
        for (int ev : row.added()) {
            require(set.add(ev), "adds what is there");
        }
        return set.stream().mapToInt(Integer::intValue).toArray();
    }

    /// What must hold after every commit.
    private void check() {
        require(events.isEmpty() || events.lastKey() < head.nextEv(), "next_ev is behind");
        require(events.size() + purged == head.nextEv() - 1, "event numbers are not dense");
        int[] state = head.snap() == 0 ? new int[0] : snapshot(head.snap());
        int[] byKey =
                current.values().stream().mapToInt(Integer::intValue).sorted().toArray();
        require(Arrays.equals(state, byKey), "current state and snapshot differ");
        for (int ev : head.extremities()) {
            require(events.containsKey(ev), "an extremity is no event");
        }
        for (EventRow row : events.values()) {
            for (int ev : row.prev()) {
                require(purged > 0 || events.containsKey(ev), "an edge leads nowhere");
            }
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
