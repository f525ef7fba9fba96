package im.holm.engine.core;

import im.holm.protocol.id.EventId;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Keeps a state within its limits: forgets what a look-up can bring back.
final class Trimming {

    private Trimming() {}

    static RoomState trim(RoomState state) {
        boolean fits = state.others() <= RoomState.OTHERS_MAX
                && state.snapshots().size() <= RoomState.SNAPSHOTS_MAX
                && state.digests().size() <= 2 * RoomState.SNAPSHOTS_MAX
                && state.absent().size() <= RoomState.ABSENT_MAX;
        return fits ? state : trimmed(state);
    }

    private static RoomState trimmed(RoomState state) {
        Set<Integer> ends = new HashSet<>();
        Set<Integer> named = new HashSet<>(Set.of(0, state.head().snap()));
        for (KnownEvent end : state.extremities()) {
            ends.add(end.ev());
            named.add(end.row().snapAfter());
        }
        int youngest = state.head().nextEv() - RoomState.OTHERS_MAX / 2;
        List<KnownEvent> old = new ArrayList<>();
        state.byEv().forEach((ev, event) -> {
            if (!event.isState() && ev < youngest && !ends.contains(ev)) {
                old.add(event);
            }
        });
        PersistentMap<Integer, KnownEvent> byEv = state.byEv();
        PersistentMap<EventId, Integer> byId = state.byId();
        long weight = state.weightBytes();
        for (KnownEvent event : old) {
            byEv = byEv.without(event.ev());
            byId = byId.without(event.row().eventId());
            weight -= event.weightBytes();
        }
        int firstKept = state.head().nextSnap() - RoomState.SNAPSHOTS_MAX / 2;
        PersistentMap<Integer, Snapshot> snapshots = PersistentMap.empty();
        PersistentMap<StateDigest, Integer> digests = PersistentMap.empty();
        for (Snapshot snapshot : snapshots(state)) {
            if (snapshot.snap() >= firstKept || named.contains(snapshot.snap())) {
                snapshots = snapshots.with(snapshot.snap(), snapshot);
                digests = digests.with(snapshot.digest(), snapshot.snap());
            }
        }
        return new RoomState(
                state.identity(),
                state.status(),
                state.head(),
                byEv,
                byId,
                snapshots,
                digests,
                PersistentMap.empty(),
                state.gaps(),
                state.nextGap(),
                state.missing(),
                state.pendingRedactions(),
                state.servers(),
                state.localJoined(),
                state.others() - old.size(),
                weight,
                state.tag());
    }

    private static List<Snapshot> snapshots(RoomState state) {
        List<Snapshot> all = new ArrayList<>();
        state.snapshots().forEach((snap, snapshot) -> all.add(snapshot));
        return all;
    }
}
