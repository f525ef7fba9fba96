package im.holm.engine;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomEffect;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.SnapshotRow;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore;
import im.holm.engine.port.RoomStore.StoredRoom;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Reads from the store what a room's state needs.
final class RoomLoading {

    private final RoomStore store;
    private final Identities identities;
    private final ServerName self;

    RoomLoading(RoomStore store, Identities identities, ServerName self) {
        this.store = store;
        this.identities = identities;
        this.self = self;
    }

    Committed load(StoredRoom room, int tag) {
        long nid = room.identity().roomNid();
        List<EventRow> newest = store.timeline(nid, Long.MAX_VALUE, true, Committed.TAIL_MAX);
        Map<Integer, EventRow> rows = new LinkedHashMap<>();
        store.stateEvents(nid).forEach(row -> rows.put(row.ev(), row));
        newest.forEach(row -> rows.put(row.ev(), row));
        store.events(nid, room.head().extremities()).forEach(row -> rows.put(row.ev(), row));
        Set<Integer> snapshots = new TreeSet<>(Set.of(room.head().snap()));
        for (int ev : room.head().extremities()) {
            snapshots.add(rows.get(ev).snapAfter());
        }
        RoomState state = RoomState.load(new RoomState.Loaded(
                self,
                tag,
                room.identity(),
                room.status(),
                room.head(),
                List.copyOf(rows.values()),
                snapshots.stream()
                        .filter(snap -> snap > 0)
                        .map(snap -> chain(nid, snap))
                        .toList(),
                store.gaps(nid).stream()
                        .map(gap -> new GapChange(
                                gap.gap(), gap.tlBelow(), gap.tlAbove(), gap.reason(), gap.prev()))
                        .toList(),
                store.missing(nid),
                store.pendingRedactions(nid),
                store.servers(nid)));
        List<EventRow> tail = newest.reversed().stream()
                .filter(row -> !row.has(EventFlags.BACKFILLED))
                .toList();
        return new Committed(
                state,
                room.head(),
                tail,
                newest.size() < Committed.TAIL_MAX,
                state.localUsersJoined().stream()
                        .mapToLong(identities::userNid)
                        .sorted()
                        .toArray(),
                List.of(),
                room.head().version(),
                room.head().tlTop());
    }

    RoomInput.Found find(long nid, RoomEffect.Lookup lookup) {
        List<EventRow> rows = new ArrayList<>();
        Set<EventId> absent = new HashSet<>(lookup.ids());
        if (!lookup.ids().isEmpty()) {
            rows.addAll(store.events(nid, lookup.ids()).values());
            rows.forEach(row -> absent.remove(row.eventId()));
        }
        if (!lookup.evs().isEmpty()) {
            rows.addAll(store.events(
                    nid, lookup.evs().stream().mapToInt(Integer::intValue).toArray()));
        }
        return new RoomInput.Found(
                rows,
                absent,
                lookup.snapshots().stream().map(snap -> chain(nid, snap)).toList(),
                lookup.digests().stream()
                        .map(digest -> new RoomInput.DigestFound(
                                digest, store.snapshotByDigest(nid, digest)))
                        .toList());
    }

    /// A snapshot's row, its parent's, and so on to the one that is stored in full.
    private List<SnapshotRow> chain(long nid, int snap) {
        List<SnapshotRow> rows = new ArrayList<>();
        int next = snap;
        do {
            int wanted = next;
            SnapshotRow row = store.snapshotRow(nid, wanted)
                    .orElseThrow(() ->
                            new IllegalStateException("room " + nid + " lacks snapshot " + wanted));
            rows.add(row);
            next = row.parent();
        } while (next != 0);
        return rows;
    }
}
